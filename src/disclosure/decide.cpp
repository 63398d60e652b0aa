#include "disclosure/decide.h"

#include "consent/content.h"

namespace handoff::disclosure {

consent::Decision decide_aftercare(const routing::Aftercare& aftercare, std::string_view recipient, Instant at,
                                   fhir::RecordReader& record) {
  if (aftercare.member_declined) return {false, {}, "member declined coordination", {}};
  if (!aftercare.care_plan) return {false, {}, "there is no support plan of this enrolment", {}};
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
