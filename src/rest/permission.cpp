#include "rest/permission.h"

#include <fmt/format.h>

#include "fhir/reference.h"
#include "rest/http_date.h"
#include "store/resources.h"

namespace handoff::rest {

bool is_type_served(std::string_view type) { return type != "Subscription"; }

Result<void> check_writer(const auth::Requester& requester, std::string_view type) {
  if (!is_type_served(type))
    return problem(Kind::unsupported, "subscriptions are not served yet: nobody would be notified, so none is stored", std::string(type));
  if (requester.is_operator()) return {};
  if (requester.organization.empty()) return problem(Kind::forbidden, "this client acts for no organization: it writes nothing");
  if (type == "Patient" || type == "Consent")
    return problem(Kind::forbidden, "only operators write a Patient or a Consent over REST: many know a person, and a consent is a form", std::string(type));
  return {};
}

Result<void> check_subject(const auth::Requester& requester, json::Value resource) {
  if (requester.is_operator() || !fhir::patient_of(resource).empty()) return {};
  return problem(Kind::forbidden, "names no patient (\"Patient/id\" as subject, patient, for or beneficiary): a client writes what belongs to one",
                 std::string(resource["resourceType"].text()));
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
  const auto sees = context.gate.sees(requester, snapshot);
  if (!sees) return sees.error();
  if (!(*sees)(type, id, {})) return Standing::absent;
  const auto current = snapshot.resources().read(type, id);
  if ("Organization/" + current->disclosers != requester.organization)
    return problem(Kind::forbidden, "only the organization that discloses a resource may change it");
  return Standing::own;
}

Seen seen_by(const Context& context, const auth::Requester& requester, const store::Snapshot& snapshot) {
  return [sees = context.gate.sees(requester, snapshot)](const store::Version& version, const disclosure::Gate::Predicate& fits) {
    return sees && (*sees)(version.type, version.id, fits);
  };
}

Result<std::optional<std::uint32_t>> stored_version(const Context& context, const auth::Requester& requester, const store::Snapshot& snapshot,
                                                    const disclosure::ReadRequest& named) {
  if (!named.version) return std::optional<std::uint32_t>{};
  if (const auto number = parse_etag(format_etag(*named.version))) return number;
  const auto number = context.gate.number_of(requester, snapshot, named);
  if (!number) return number.error();
  if (!*number)
    return problem(Kind::precondition, fmt::format("If-Match names version {}, which is not the current one", *named.version), "http.If-Match");
  return *number;
}

admission::Submission submission_of(const Context& context, const auth::Requester& requester, const store::Snapshot& snapshot) {
  constexpr std::string_view organization = "Organization/";
  admission::Submission submission;
  submission.actor = "client " + requester.client_id;
  submission.client = requester.client_id;
  if (requester.organization.starts_with(organization)) submission.discloser = requester.organization.substr(organization.size());
  if (requester.is_operator()) return submission;
  submission.sees = [sees = context.gate.sees(requester, snapshot)](std::string_view reference) {
    const auto parts = fhir::split_reference(reference);
    return sees && parts && (*sees)(parts->type, parts->id, {});
  };
  return submission;
}

}  // namespace handoff::rest
