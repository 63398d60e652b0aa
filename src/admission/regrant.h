// The grants of a patient folded anew, because consents change or dates pass, and who gains or loses by that.
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "admission/class_sight.h"
#include "consent/directive.h"
#include "consent/opening.h"
#include "fhir/resource_id.h"
#include "store/batch.h"
#include "store/grants.h"
#include "store/snapshot.h"

namespace handoff::admission {

// The classes of the patient as they were folded last, by scope.
std::map<Scope, consent::Class> stored_classes(const store::Snapshot& snapshot,
                                               const fhir::ResourceId& patient);
// The patient's consents as they are stored.
std::vector<consent::Directive> stored_consents(const store::Snapshot& snapshot,
                                                const fhir::ResourceId& patient);

// A scope sees more or less of a patient because consents changed.
struct ViewChange {
  std::string recipient;  // "Organization/ORG-PCP1"
  std::string purpose;    // "TREAT"
  bool gains = false;
  bool loses = false;
};

struct Regranted {
  store::PatientGrants grants;
  std::vector<ViewChange> changes;
  std::vector<std::string> consents_before;  // as stored before the change: "Consent/abc/_history/2"
};

// What a patient's consents grant once they are `after`, and who gains or loses as a result. `changed`: those
// of them that change ("Consent/abc"). What is `written` with them counts too.
Regranted regranted(const store::Snapshot& snapshot, const fhir::ResourceId& patient,
                    std::span<const consent::Directive> after, const std::set<std::string>& changed,
                    std::span<const store::Write> written, Instant now);
// The same without a write: dates have passed since the grants were folded.
Regranted regranted_by_dates(const store::Snapshot& snapshot, const fhir::ResourceId& patient, Instant now);

}  // namespace handoff::admission
