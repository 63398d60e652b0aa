// From a resource to what a decision must know of it.
#include <algorithm>

#include "consent/contributions.h"
#include "consent/redaction.h"
#include "consent/verdict.h"

namespace handoff::consent {

Row make_row(json::Value resource, std::string_view patient, std::span<const std::string_view> disclosers) {
  Row row;
  row.type = resource["resourceType"].text();
  row.labels = labels_in(resource);
  for (const std::string_view discloser : disclosers)
    if (!discloser.empty()) row.disclosers.push_back("Organization/" + std::string(discloser));
  row.of_patient = !patient.empty();
  if (row.type != "Patient") return row;
  json::Arena arena;
  for (const std::string& discloser : row.disclosers) {
    const Labels own = labels_in(given_by(arena, resource, {&discloser, 1}));
    if (own != row.labels) row.own[discloser] = own;
  }
  return row;
}

}  // namespace handoff::consent
