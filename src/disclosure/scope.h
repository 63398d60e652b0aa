// The consents of all patients towards one recipient for one purpose, folded (README.md). It holds the class
// of every patient as of one version of the consents. It also remembers what each class decides for each
// shape. It is a cache: everything can be built again from the store. A search only uses the state that
// belongs to its own snapshot.
#pragma once

#include <array>
#include <atomic>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "consent/directive.h"
#include "consent/opening.h"
#include "core/clock.h"
#include "fhir/resource_id.h"
#include "store/grants.h"
#include "store/numbers.h"

namespace handoff::disclosure {

// The requester, as far as a decision depends on it.
struct Audience {
  std::string recipient;   // "Organization/ORG-PCP1"
  std::string purpose;     // "TREAT"
  bool projected = false;  // supervision etc. get states, nothing clinical (consent/projection.h)
  auto operator<=>(const Audience&) const = default;
};

// What a class decides about a shape.
enum class ShapeSight : std::uint8_t {
  unknown,
  hidden,
  visible,
  with_others,  // a Patient: visible if anything else of that patient is
  ask,          // the shape is not enough: examine the resource
  named,        // a Consent that names the recipient: visible, but it does not show the Patient
  named_above,  // a Consent that names others: visible if one of them is above the recipient
};

// What one class decides, shape by shape. It is filled as shapes are met. Any thread.
class Decisions {
 public:
  explicit Decisions(std::string provisions) : provisions_(std::move(provisions)) {}
  ~Decisions();
  Decisions(const Decisions&) = delete;
  Decisions& operator=(const Decisions&) = delete;

  const std::string& provisions() const { return provisions_; }
  ShapeSight of(std::uint32_t shape) const;  // shapes have 16 bits
  void remember(std::uint32_t shape, ShapeSight sight);

 private:
  static constexpr std::size_t page_size = 256;
  using Page = std::array<std::atomic<ShapeSight>, page_size>;
  const std::string provisions_;
  std::array<std::atomic<Page*>, page_size> pages_{};
};

// The classes of all patients. Never changed after publication.
struct Classes {
  std::int64_t version = -1;                                  // of the consents
  std::map<std::string, std::uint32_t, std::less<>> numbers;  // by provisions
  std::vector<std::shared_ptr<Decisions>> decisions;          // by number; 0: no consent speaks
  std::size_t used = 0;                                       // how many of the decisions any patient has
  // By patient number: what is said to the recipient, and what is said to anyone.
  struct Said {
    std::vector<std::uint32_t> classes;
    std::vector<std::int64_t> until_ms;
    std::vector<consent::Gained> gained;
  };
  Said own, anyone;
  // The time in which the classes hold. The clock may seem to go back, because another request read it
  // earlier, or because the machine's clock was set.
  std::int64_t since_ms = std::numeric_limits<std::int64_t>::min();
  std::int64_t earliest_until_ms = 0;
  std::vector<store::PatientNumber> patients;  // whose class for the recipient itself is not empty, sorted
  Said naming;                                 // patients whose Consents name the recipient
  std::vector<store::PatientNumber> naming_patients;

  Instant last_gain;  // of all patients

  Decisions& of_patient(store::PatientNumber patient) const;
  // When the recipient last gained something of the patient: of what others disclose, and of what it
  // discloses itself.
  consent::Gained gained_of(store::PatientNumber patient) const;
  // When a Consent of the patient that names the recipient last changed.
  Instant consented_of(store::PatientNumber patient) const;
};

// A patient's consents, parsed.
using Directives = std::shared_ptr<const std::vector<consent::Directive>>;

class Scope {
 public:
  explicit Scope(Audience audience) : audience_(std::move(audience)) {}

  // As the snapshot's consents stand at `now`.
  std::shared_ptr<const Classes> at(const store::Snapshot& snapshot, Instant now);
  // Does the audience disclose anything itself? Then it sees much without any consent.
  bool discloses(const store::Snapshot& snapshot);
  // The patient's consents as they stand in the snapshot.
  Directives directives_of(const store::Snapshot& snapshot, const fhir::Reference& patient);
  // Since when the version with this number has been shown as it is. Known only if it was remembered while it
  // was shown as `version`.
  std::optional<Instant> shown_since(store::Pk pk, std::string_view version);
  void remember_shown(store::Pk pk, const std::string& version, Instant since);

 private:
  std::shared_ptr<Classes> build(const store::Grants& grants) const;
  void refresh(Classes& classes, const store::Grants& grants) const;
  void fold_due(Classes& classes, const store::Snapshot& snapshot, Instant now) const;

  const Audience audience_;
  std::mutex mutex_;
  std::shared_ptr<const Classes> current_;
  std::uint32_t shapes_seen_ = 0;
  bool discloses_ = false;
  // The list of a patient's consents that was read. Every change to a consent makes a different list.
  struct Read {
    store::Pk newest_pk = store::Pk::none;
    std::size_t count = 0;
    Directives directives;
  };
  std::mutex read_mutex_;
  std::map<fhir::Reference, Read> read_;
  struct Shown {
    std::string version;
    Instant since;
  };
  std::mutex shown_mutex_;
  std::unordered_map<store::Pk, Shown> shown_;
};

}  // namespace handoff::disclosure
