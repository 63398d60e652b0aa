#include "authoring/permission.h"

#include "fhir/reference.h"
#include "json/document.h"
#include "store/resources.h"

namespace handoff::authoring {
namespace {

bool is_out_of_use(json::Value organization) {
  return organization["active"].is_boolean() && !organization["active"].truth();
}

}  // namespace

bool is_type_served(std::string_view type) { return type != "Subscription" && type != "Parameters"; }

Result<void> check_writer(const auth::Requester& requester, std::string_view type) {
  if (type == "Parameters")
    return problem(Kind::unsupported, "Parameters are no resources that are stored (R4 \"parameters\")",
                   std::string(type));
  if (!is_type_served(type))
    return problem(Kind::unsupported,
                   "subscriptions are not served yet: nobody would be notified, so none is stored",
                   std::string(type));
  if (requester.is_operator()) return {};
  if (requester.organization.empty())
    return problem(Kind::forbidden, "this client belongs to no organization, so it may not write");
  if (type == "Patient" || type == "Consent")
    return problem(Kind::forbidden,
                   "only operators may write a Patient or a Consent over REST: others share the Patient, and "
                   "a Consent opens their data",
                   std::string(type));
  return {};
}

Result<void> check_subject(const auth::Requester& requester, json::Value resource) {
  if (requester.is_operator() || !fhir::patient_of(resource).empty()) return {};
  return problem(Kind::forbidden,
                 "must name a patient (\"Patient/id\" as subject, patient, for or beneficiary), because a "
                 "client writes only what "
                 "belongs to a patient",
                 std::string(resource["resourceType"].text()));
}

Result<void> check_organization(const Author& author) {
  const auth::Requester& requester = author.requester;
  if (requester.is_operator()) return {};
  if (requester.organization.empty())
    return problem(Kind::forbidden, "this client belongs to no organization, so it may not write");
  const auto parts = fhir::split_reference(requester.organization);
  const bool is_organization = parts && parts->type == "Organization";
  const auto version =
      is_organization ? author.snapshot.resources().read(parts->type, parts->id) : std::nullopt;
  if (version && !version->deleted)
    if (const auto parsed = json::parse(version->body); parsed && !is_out_of_use(parsed->root())) return {};
  return problem(
      Kind::forbidden,
      "the organization of this client is not in the directory, or not active, so it may not write");
}

Result<Standing> standing_of(const Author& author, std::string_view type, std::string_view id) {
  if (author.requester.is_operator()) return Standing::own;
  if (!author.view) return author.view.error();
  if (!author.sees(type, id)) return Standing::absent;
  const auto current = author.snapshot.resources().read(type, id);
  if ("Organization/" + current->disclosers != author.requester.organization)
    return problem(Kind::forbidden, "only the organization that discloses a resource may change it");
  return Standing::own;
}

}  // namespace handoff::authoring
