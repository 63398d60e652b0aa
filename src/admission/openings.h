// Which scopes gain something of a patient by a write, told to the store beside it: by a consent, or by a resource that comes to be seen
// and with which others show more (disclosure/README.md). On the snapshot that the write is derived from.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "admission/class_sight.h"
#include "consent/directive.h"
#include "consent/verdict.h"
#include "store/batch.h"
#include "store/grants.h"

namespace handoff::admission {

// A scope sees more of a patient by other consents, or less.
struct ViewChange {
  std::string recipient;  // "Organization/ORG-PCP1"
  std::string purpose;    // "TREAT"
  bool gains = false;
  bool loses = false;
};

struct Regranted {
  store::PatientGrants grants;
  std::vector<ViewChange> changes;
  std::vector<std::string> consents_before;  // that stood until now: "Consent/abc/_history/2"
};

// What a patient's consents grant once they are `after`, of which these `changed` ("Consent/abc"), and who gains or loses by that; of what
// is `written` with them, too.
Regranted regranted(const store::Snapshot& snapshot, const std::string& patient, std::span<const consent::Directive> after,
                    const std::set<std::string>& changed, std::span<const store::Write> written,
                    Instant now);
// The same where nothing is written: dates have passed since the grants were folded.
Regranted regranted_by_dates(const store::Snapshot& snapshot, const std::string& patient, Instant now);

class Openings {
 public:
  // `granted`: of the patients whose consents change with the same request. `written`: all that it writes.
  Openings(const store::Snapshot& snapshot, std::span<const store::PatientGrants> granted, std::span<const store::Write> written, Instant now)
      : snapshot_(snapshot), grants_(snapshot.grants()), granted_(granted), written_(written), now_(now) {}

  std::vector<store::Opening> find();
  // Whose consents that was found by: it holds while these are as they were.
  std::vector<std::string> patients() const;

 private:
  using Classes = std::map<Scope, std::string>;  // provisions
  Classes stored(const std::string& patient) const;
  const Classes& classes_of(const std::string& patient);
  static void add_disclosers(Classes& classes, std::string_view shape);
  static std::string class_in(const Classes& classes, const Scope& scope);
  ClassSight sight_now(const Scope& scope);
  ClassSight sight_before(const Scope& scope) const;
  void note(const store::Write& write);  // no deletion
  void note_uncovered(const store::Write& write);
  void note_first(const store::Write& write);

  const store::Snapshot& snapshot_;
  const store::Grants& grants_;
  const std::span<const store::PatientGrants> granted_;
  const std::span<const store::Write> written_;
  const Instant now_;
  std::map<std::string, Classes> classes_;
  std::set<store::Opening> found_;
};

}  // namespace handoff::admission
