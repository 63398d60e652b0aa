// Which scopes gain something of a patient by a write, told to the store beside it: by a consent, or by a resource that comes to be seen
// and with which others show more (ARCHITECTURE.md, "the time of a view"). On the snapshot that the write is derived from.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "consent/directive.h"
#include "consent/verdict.h"
#include "store/batch.h"
#include "store/grants.h"

namespace handoff::admission {

// A scope may see more of a patient by other consents, or less.
struct ViewChange {
  std::string recipient;     // "Organization/ORG-PCP1"
  std::string purpose;       // "TREAT"
  std::string class_before;  // what the consents said until now
};

struct Regranted {
  store::PatientGrants grants;
  std::vector<ViewChange> changes;
};

// What a patient's consents grant once they are `after`, and who may gain or lose by that.
Regranted regranted(const store::Snapshot& snapshot, const std::string& patient, std::span<const consent::Directive> after,
                               Instant now);

class Openings {
 public:
  // `granted`: of the patients whose consents change with the same request. `created`: ids of Patients that come with it.
  Openings(const store::Snapshot& snapshot, std::span<const store::PatientGrants> granted, std::set<std::string> created, Instant now)
      : snapshot_(snapshot), grants_(snapshot), granted_(granted), created_(std::move(created)), now_(now) {}

  void note(const store::Write& write);  // no deletion
  std::vector<store::Opening> take() { return {found_.begin(), found_.end()}; }

 private:
  using Scope = std::pair<std::string, std::string>;  // recipient, purpose
  using Classes = std::map<Scope, std::string>;       // provisions
  Classes stored(const std::string& patient) const;
  const Classes& classes_of(const std::string& patient);
  static void add_disclosers(Classes& classes, std::string_view shape);
  void note_uncovered(const store::Write& write);
  void note_first(const store::Write& write);

  const store::Snapshot& snapshot_;
  const store::Grants grants_;
  const std::span<const store::PatientGrants> granted_;
  const std::set<std::string> created_;
  const Instant now_;
  std::map<std::string, Classes> classes_;
  std::set<store::Opening> found_;
};

}  // namespace handoff::admission
