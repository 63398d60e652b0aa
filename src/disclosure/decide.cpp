#include "disclosure/decide.h"

#include <algorithm>
#include <iterator>

#include "consent/content.h"

namespace handoff::disclosure {

namespace {

// Kinds of organization that no aftercare plan goes to, whatever a care team or a form says (the programs' table of events
// and recipients has none for them).
constexpr std::string_view never[] = {"probation", "parole", "corrections", "shelter", "state_agency"};

bool may_receive(json::Value organization) {
  for (const json::Value type : organization["type"].items())
    for (const json::Value coding : type["coding"].items())
      if (std::find(std::begin(never), std::end(never), coding["code"].text()) != std::end(never)) return false;
  return true;
}

}  // namespace

consent::Decision decide_aftercare(const routing::Aftercare& aftercare, std::string_view recipient, Instant at,
                                   fhir::RecordReader& record) {
  if (aftercare.member_declined) return {false, {}, "member declined coordination", {}};
  if (!aftercare.care_plan) return {false, {}, "there is no support plan of this enrolment", {}};
  if (!may_receive(record.read("Organization/" + std::string(recipient))))
    return {false, {}, "aftercare plans do not go to organizations of this kind", {}};
  std::vector<consent::Directive> directives;
  for (const json::Value consent : record.of_patient(aftercare.patient, "Consent")) directives.push_back(consent::read_directive(consent));
  consent::DocumentRequest request;
  request.recipient = "Organization/" + std::string(recipient);
  request.discloser = aftercare.discloser;
  request.purpose = "TREAT";
  request.at = at;
  request.holds_hiv = consent::holds_hiv(aftercare.parts());
  return consent::decide_document(request, directives);
}

}  // namespace handoff::disclosure
