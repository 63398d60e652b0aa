// The folded consents as a snapshot has them: who grants what to one recipient for one purpose, what has changed since, and
// the texts that classes and shapes stand for (consent/fold.h). A Visibility may call it while it is asked.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "store/snapshot.h"

namespace handoff::store {

// One patient's class towards one scope, a pair of recipient and purpose.
struct GrantRow {
  std::int64_t patient = 0;  // number
  std::int64_t decision_class = 0;
  std::optional<Instant> until;  // from then on the class may be another; none: it stays
  Instant gained = {};           // when the scope last gained something of the patient that others disclose; the epoch: never
  Instant gained_own = {};       // and of what it discloses itself
};

struct ScopedRow {
  std::string recipient, purpose;
  GrantRow row;
};

struct GrantChange {
  std::int64_t patient = 0;
  std::optional<GrantRow> now;  // none: the patient grants nothing to this scope any more
};

class Grants {
 public:
  virtual ~Grants() = default;

  // Rises by one with every patient whose grants change; 0 in a new store.
  virtual std::int64_t consent_version() const = 0;
  // In the order of the patients' numbers. Empty where nobody ever granted anything to the scope.
  virtual std::vector<GrantRow> of_scope(std::string_view recipient, std::string_view purpose) const = 0;
  // Whose grants to the scope changed after `version`, each once, in the order of their numbers, as they are now.
  virtual std::vector<GrantChange> changed_since(std::int64_t version, std::string_view recipient,
                                                 std::string_view purpose) const = 0;
  virtual std::vector<ScopedRow> of_patient(std::int64_t patient) const = 0;
  // Patients of whom a grant's `until` is not after `at`, at most `count`, in the order of their numbers, which are greater
  // than `after`.
  virtual std::vector<std::int64_t> passed(Instant at, std::int64_t after, std::size_t count) const = 0;

  virtual std::optional<std::string> class_text(std::int64_t id) const = 0;
  virtual std::optional<std::string> shape_text(std::uint32_t id) const = 0;  // none for 0 and closed_shape
  virtual std::uint32_t shape_number(std::string_view text) const = 0;        // 0: no resource has it
  virtual std::int64_t last_class() const = 0;                                // the greatest number given so far; 0: none
  virtual std::uint32_t last_shape() const = 0;
};

// Of the patient's current resources, the Patient's too, each shape once; those without one are left out.
std::vector<std::string> shapes_of(const Snapshot& snapshot, std::int64_t patient);

}  // namespace handoff::store
