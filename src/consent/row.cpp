// From a resource to what a decision must know of it.
#include <algorithm>

#include "consent/verdict.h"
#include "fhir/reference.h"

namespace handoff::consent {
namespace {

// References to these are never taken out: a person's own record, and the directory.
constexpr std::string_view always_shown[] = {"Patient",  "Organization",      "Practitioner", "PractitionerRole",
                                             "Location", "HealthcareService", "Device"};

bool may_be_hidden(json::Value reference) {
  const std::string target = fhir::local_reference(reference["reference"].text());
  const std::string_view type = std::string_view(target).substr(0, target.find('/'));
  return !target.empty() && std::find(std::begin(always_shown), std::end(always_shown), type) == std::end(always_shown);
}

// A reference that R4 demands, to what may be hidden: without it nothing valid would be left.
bool hangs_on_another(json::Value resource, const fhir::Definitions& definitions) {
  const fhir::Type* type = definitions.find_resource(resource["resourceType"].text());
  if (!type) return false;
  for (const json::Member& member : resource.members()) {
    const auto [element, of] = type->find_json(member.key);
    if (!element || element->min == 0 || !of || of->name != "Reference") continue;
    if (!member.value.is_array() && may_be_hidden(member.value)) return true;
    for (const json::Value item : member.value.items())
      if (may_be_hidden(item)) return true;
  }
  return false;
}

}  // namespace

Row make_row(json::Value resource, std::string_view patient, std::span<const std::string_view> disclosers,
             const fhir::Definitions& definitions) {
  Row row;
  row.type = resource["resourceType"].text();
  row.labels = labels_in(resource);
  for (const std::string_view discloser : disclosers)
    if (!discloser.empty()) row.disclosers.push_back("Organization/" + std::string(discloser));
  row.of_patient = !patient.empty();
  row.asks = hangs_on_another(resource, definitions);
  return row;
}

}  // namespace handoff::consent
