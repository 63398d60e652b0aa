// Makes from a resource the row that a decision needs.
#include <algorithm>

#include "consent/contributions.h"
#include "consent/directive.h"
#include "consent/recipients.h"
#include "consent/redaction.h"
#include "consent/verdict.h"

namespace handoff::consent {
namespace {

// An organization that the Consent binds is also its discloser, whoever sent the Consent.
void add_consent(Row& row, json::Value consent) {
  row.named = recipients_of(consent);
  for (const std::string& organization : read_directive(consent).organizations)
    if (std::find(row.disclosers.begin(), row.disclosers.end(), organization) == row.disclosers.end())
      row.disclosers.push_back(organization);
}

}  // namespace

Row make_row(json::Value resource, const fhir::Reference& patient,
             std::span<const std::string_view> disclosers) {
  Row row;
  row.type = resource["resourceType"].text();
  row.labels = labels_in(resource);
  for (const std::string_view discloser : disclosers)
    if (!discloser.empty()) row.disclosers.push_back("Organization/" + std::string(discloser));
  row.of_patient = !patient.empty();
  row.third_party = is_consent_form(resource) || row.type == "Composition";
  if (row.type == "Consent") add_consent(row, resource);
  if (row.type != "Patient") return row;
  json::Arena arena;
  for (const std::string& discloser : row.disclosers) {
    const Labels own = labels_in(given_by(arena, resource, {&discloser, 1}));
    if (own != row.labels) row.own[discloser] = own;
  }
  return row;
}

}  // namespace handoff::consent
