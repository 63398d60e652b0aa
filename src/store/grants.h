// The folded consents in a snapshot: who grants what to one recipient for one purpose, what has changed
// since, and the texts of classes and shapes (consent/fold.h). A Visibility may call it while a search asks
// the Visibility.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "store/numbers.h"
#include "store/snapshot.h"

namespace handoff::store {

// One patient's class towards one scope, a pair of recipient and purpose.
struct GrantRow {
  PatientNumber patient = PatientNumber::nobody;
  std::int64_t decision_class = 0;
  std::optional<Instant> until;  // the class may change at this instant; none: it stays
  // When the scope last gained something of the patient that others disclose. The epoch means never.
  Instant gained = {};
  Instant gained_own = {};  // the same for what it discloses itself
};

struct ScopedRow {
  std::string recipient, purpose;
  GrantRow row;
};

struct GrantChange {
  PatientNumber patient = PatientNumber::nobody;
  std::optional<GrantRow> now;  // none: the patient grants nothing to this scope any more
};

class Grants {
 public:
  virtual ~Grants() = default;

  // Rises by one with every patient whose grants change; 0 in a new store.
  virtual std::int64_t consent_version() const = 0;
  // In the order of the patients' numbers. Empty if nobody ever granted anything to the scope.
  virtual std::vector<GrantRow> of_scope(std::string_view recipient, std::string_view purpose) const = 0;
  // Patients whose grants to the scope changed after `version`, each once, in the order of their numbers,
  // with the grants of now.
  virtual std::vector<GrantChange> changed_since(std::int64_t version, std::string_view recipient,
                                                 std::string_view purpose) const = 0;
  virtual std::vector<ScopedRow> of_patient(PatientNumber patient) const = 0;
  // Patients with a grant whose `until` is not after `at`: at most `count`, in the order of their numbers,
  // only numbers above `after`.
  virtual std::vector<PatientNumber> passed(Instant at, PatientNumber after, std::size_t count) const = 0;

  virtual std::optional<std::string> class_text(std::int64_t id) const = 0;
  virtual std::optional<std::string> shape_text(std::uint32_t id) const = 0;  // none for 0 and closed_shape
  // 0: no resource has it
  virtual std::uint32_t shape_number(std::string_view text) const = 0;
  virtual std::int64_t last_class() const = 0;  // the greatest number given so far; 0: none
  virtual std::uint32_t last_shape() const = 0;
};

// The shapes of the patient's current resources, including the Patient, each once. Resources without a shape
// are left out.
std::vector<std::string> shapes_of(const Snapshot& snapshot, PatientNumber patient);

}  // namespace handoff::store
