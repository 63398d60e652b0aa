#include "rest/permission.h"

#include "fhir/reference.h"

namespace handoff::rest {

Result<void> check_writer(const auth::Requester& requester, json::Value resource) {
  if (requester.is_operator()) return {};
  const std::string_view type = resource["resourceType"].text();
  if (requester.organization.empty()) return problem(Kind::forbidden, "this client acts for no organization: it writes nothing");
  if (type == "Patient" || type == "Consent" || fhir::patient_of(resource).empty())
    return problem(Kind::forbidden, "clients write what belongs to a patient, and neither Patient nor Consent: those come by their forms");
  return {};
}

Result<void> check_reader(const auth::Requester& requester, std::string_view type) {
  if (auth::allows(requester.scopes, type, 'r')) return {};
  return problem(Kind::forbidden, "no scope of the token allows to read " + std::string(type));
}

Result<void> check_reader(const auth::Requester& requester, std::string_view type, std::string_view id) {
  if (auto allowed = check_reader(requester, type); !allowed) return allowed;
  if (!fhir::is_id(id)) return problem(Kind::incorrect, "an id is 1 to 64 characters of A-Z a-z 0-9 - .", std::string(at_path), "value");
  return {};
}

Result<Standing> standing_of(const Context& context, const auth::Requester& requester, const store::Snapshot& snapshot,
                             std::string_view type, std::string_view id) {
  if (requester.is_operator()) return Standing::own;
  const auto seen = context.gate.sees(requester, snapshot, type, id);
  if (!seen) return seen.error();
  if (!*seen) return Standing::absent;
  const auto current = snapshot.read(type, id);
  if ("Organization/" + current->disclosers != requester.organization)
    return problem(Kind::forbidden, "only the organization that discloses a resource may change it");
  return Standing::own;
}

Seen seen_by(const Context& context, const auth::Requester& requester, const store::Snapshot& snapshot) {
  if (requester.is_operator()) return {};
  return [&context, &requester, &snapshot](const store::Version& version) {
    const auto sees = context.gate.sees(requester, snapshot, version.type, version.id);
    return sees && *sees;
  };
}

}  // namespace handoff::rest
