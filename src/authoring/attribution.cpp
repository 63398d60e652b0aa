#include "authoring/attribution.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>

#include "authoring/condition.h"
#include "fhir/reference.h"
#include "search/query.h"
#include "store/record.h"
#include "store/resources.h"
#include "store/search.h"

namespace handoff::authoring {
namespace {

using json::Value;

constexpr int ancestors_max = 16;      // stops at a circle of partOf
constexpr std::size_t roles_max = 50;  // of one practitioner that are examined

// Elements that say who a resource comes from (author, source or witness in R4's "w5"), by the type that has
// them. "": any type.
struct SourceElement {
  std::string_view type, name;
};
constexpr SourceElement source_elements[] = {{"", "asserter"},
                                             {"", "assessor"},
                                             {"", "authenticator"},
                                             {"", "author"},
                                             {"", "authorReference"},
                                             {"", "enterer"},
                                             {"", "informationSource"},
                                             {"", "interpreter"},
                                             {"", "recorder"},
                                             {"", "reportedReference"},
                                             {"", "reporter"},
                                             {"", "sender"},
                                             {"CarePlan", "contributor"},
                                             {"ClaimResponse", "insurer"},
                                             {"Composition", "party"},
                                             {"CoverageEligibilityResponse", "insurer"},
                                             {"EpisodeOfCare", "managingOrganization"},
                                             {"ExplanationOfBenefit", "insurer"},
                                             {"Goal", "expressedBy"},
                                             {"List", "source"},
                                             {"QuestionnaireResponse", "source"}};
// of a Provenance's agent; AUT in HL7's version 3
constexpr std::string_view author_codes[] = {"author", "AUT"};

// In these types, this element names the organization that they act for.
struct Acting {
  std::string_view type, organization;
};
constexpr Acting acting[] = {{"CareTeam", "managingOrganization"},
                             {"Device", "owner"},
                             {"HealthcareService", "providedBy"},
                             {"Organization", "partOf"},
                             {"PractitionerRole", "organization"}};
// The types that an identifier may belong to, if the reference does not name a type.
constexpr std::string_view sources[] = {"Organization", "PractitionerRole", "Practitioner",
                                        "Patient",      "RelatedPerson",    "Device",
                                        "CareTeam",     "HealthcareService"};

template <std::size_t size>
bool knows(const std::string_view (&names)[size], std::string_view name) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

bool is_source(std::string_view type, std::string_view name) {
  return std::any_of(std::begin(source_elements), std::end(source_elements), [&](const SourceElement& e) {
    return e.name == name && (e.type.empty() || e.type == type);
  });
}

bool carries(Value resource, Value identifier) {
  const auto same = [&](Value one) {
    return one["system"].text() == identifier["system"].text() &&
           one["value"].text() == identifier["value"].text();
  };
  const auto all = resource["identifier"].items();
  return std::any_of(all.begin(), all.end(), same);
}

std::string_view type_of(Value value, std::string_view outer) {
  return value["resourceType"].is_string() ? value["resourceType"].text() : outer;
}

bool is_author(Value agent) {
  bool says = false;
  for (const Value coding : agent["type"]["coding"].items()) {
    says |= !coding["code"].text().empty();
    if (knows(author_codes, coding["code"].text())) return true;
  }
  for (const Value role : agent["role"].items())
    for (const Value coding : role["coding"].items())
      if (knows(author_codes, coding["code"].text())) return true;
  return !says;  // an agent of no known kind may be the author
}

// One resource, and the check of the people and organizations that it names, in one snapshot.
class Attribution {
 public:
  Attribution(const Author& author, Value resource, const Beside& beside)
      : author_(author), beside_(beside), resource_(resource), record_(author.snapshot) {}

  Result<void> check() {
    const std::string type(resource_["resourceType"].text());
    if (auto checked = check_below(resource_, type, type); !checked) return checked;
    return check_agents(resource_, std::string(resource_["resourceType"].text()));
  }

 private:
  // `type`: the type of the resource that holds the value, which may be a contained resource.
  Result<void> check_below(Value value, std::string_view type, const std::string& place) {
    for (const json::Member& member : value.members()) {
      const std::string at = fmt::format("{}.{}", place, member.key);
      const bool names_source = is_source(type, member.key);
      const auto items = member.value.items();
      if (names_source && member.value.is_object() && !is_own(member.value)) return refuse(at);
      for (std::size_t i = 0; i < items.size(); ++i)
        if (names_source && items[i].is_object() && !is_own(items[i]))
          return refuse(fmt::format("{}[{}]", at, i));
      if (member.value.is_object())
        if (auto checked = check_below(member.value, type_of(member.value, type), at); !checked)
          return checked;
      for (std::size_t i = 0; i < items.size(); ++i)
        if (items[i].is_object())
          if (auto checked = check_below(items[i], type_of(items[i], type), fmt::format("{}[{}]", at, i));
              !checked)
            return checked;
    }
    return {};
  }

  Result<void> check_agents(Value resource, const std::string& place) {
    if (resource["resourceType"].text() == "Provenance") {
      if (auto checked = check_authors(resource["agent"], place); !checked) return checked;
      const auto entities = resource["entity"].items();
      for (std::size_t i = 0; i < entities.size(); ++i)
        if (auto checked = check_authors(entities[i]["agent"], fmt::format("{}.entity[{}]", place, i));
            !checked)
          return checked;
    }
    const auto contained = resource["contained"].items();
    for (std::size_t i = 0; i < contained.size(); ++i)
      if (auto checked = check_agents(contained[i], fmt::format("{}.contained[{}]", place, i)); !checked)
        return checked;
    return {};
  }

  Result<void> check_authors(Value list, const std::string& place) {
    const auto agents = list.items();
    for (std::size_t i = 0; i < agents.size(); ++i) {
      if (!is_author(agents[i])) continue;
      for (const char* const member : {"who", "onBehalfOf"})
        if (agents[i][member].is_object() && !is_own(agents[i][member]))
          return refuse(fmt::format("{}.agent[{}].{}", place, i, member));
    }
    return {};
  }

  static Problem refuse(const std::string& place) {
    return problem(Kind::forbidden,
                   "must name the writer's own organization, a role of it, the patient or a related person "
                   "of the patient, because a resource "
                   "must name its writer as its source",
                   place);
  }

  // A Reference in each of R4's forms. An empty one names nobody and passes. One with a display alone fails,
  // because it cannot be checked.
  bool is_own(Value reference) {
    const Value identifier = reference["identifier"];
    if (const std::string_view text = reference["reference"].text(); !text.empty()) {
      const Value target = text.starts_with('#') ? contained(text.substr(1)) : Value{};
      if (text.starts_with('#')) return target && !identifier && is_own_contained(target);
      const std::string local = fhir::local_reference(text);
      return is_own(local) && (!identifier || carries(read(local), identifier));
    }
    if (identifier) return is_own_by(identifier, reference["type"].text());
    return !reference["display"] && !reference["extension"];
  }

  bool is_own(const std::string& local) {
    if (local == author_.requester.organization ||
        (!local.empty() && local == fhir::patient_of(resource_).text()))
      return true;
    const auto parts = fhir::split_reference(local);
    if (!parts) return false;
    if (parts->type == "Practitioner") return has_own_role(local);
    return acts_for_own(read(local), 0);
  }

  bool is_own_by(Value identifier, std::string_view type) {
    const Identifier wanted(identifier["system"].text(), identifier["value"].text());
    if (wanted.second.empty()) return false;
    if (!author_.view) return false;
    bool found = false;
    for (const std::string_view each : sources) {
      if (!type.empty() && type != each) continue;
      const auto condition = identifier_condition(author_.definitions, each, wanted, {});
      if (!condition) continue;
      const auto matches = find(**author_.view, *condition, author_.deadline);
      if (!matches) return false;
      for (const store::Version& version : *matches) {
        if (!is_own(fmt::format("{}/{}", each, version.id))) return false;
        found = true;
      }
    }
    return found;
  }

  // A contained resource is known only here. It counts by the organization that it acts for, or as a person
  // related to the patient.
  bool is_own_contained(Value target) {
    const std::string_view type = target["resourceType"].text();
    if (type == "Organization" ||
        (type == "PractitionerRole" && target["practitioner"] && !is_own(target["practitioner"])))
      return false;
    return acts_for_own(target, 0);
  }

  bool acts_for_own(Value resource, int climbed) {
    const std::string_view type = resource["resourceType"].text();
    if (!resource || climbed == ancestors_max) return false;
    if (type == "RelatedPerson") return is_patient(resource["patient"]);
    const auto* found =
        std::find_if(std::begin(acting), std::end(acting), [&](const Acting& a) { return a.type == type; });
    if (found == std::end(acting)) return false;
    const Value organization = resource[found->organization];
    if (type == "Device" && !organization) return !resource["patient"] || is_patient(resource["patient"]);
    if (organization.is_object()) return is_organization(organization, climbed);
    const auto several = organization.items();
    return !several.empty() && std::all_of(several.begin(), several.end(),
                                           [&](Value one) { return is_organization(one, climbed); });
  }

  bool is_organization(Value reference, int climbed) {
    const std::string local = fhir::local_reference(reference["reference"].text());
    if (local == author_.requester.organization) return true;
    return local.starts_with("Organization/") && acts_for_own(read(local), climbed + 1);
  }

  bool is_patient(Value reference) const {
    const std::string local = fhir::local_reference(reference["reference"].text());
    return !local.empty() && local == fhir::patient_of(resource_).text();
  }

  bool has_own_role(const std::string& practitioner) {
    const auto query =
        search::parse(author_.definitions, "PractitionerRole",
                      {{"practitioner", practitioner}, {"_count", std::to_string(roles_max)}}, {});
    const auto found = query ? author_.snapshot.searches().search(*query, {}, nullptr)
                             : Result<store::SearchResult>(query.error());
    if (!found) return false;
    return std::any_of(found->matches.begin(), found->matches.end(), [this](store::Pk pk) {
      const auto role = author_.snapshot.resources().at(pk);
      return role && acts_for_own(read("PractitionerRole/" + role->id), 0);
    });
  }

  Value contained(std::string_view id) const {
    for (const Value each : resource_["contained"].items())
      if (each["id"].text() == id) return each;
    return {};
  }

  // What exists for the requester. Its own organization always does.
  Value read(const std::string& local) {
    if (const Value made = beside_ ? beside_(local) : Value{}) return made;
    const auto parts = fhir::split_reference(local);
    if (!parts) return {};
    if (local != author_.requester.organization) {
      if (!author_.sees(parts->type, parts->id)) return {};
    }
    return record_.read(local);
  }

  const Author& author_;
  const Beside& beside_;
  const Value resource_;
  store::StoredRecord record_;
};

}  // namespace

Result<void> check_attribution(const Author& author, Value resource, const Beside& beside) {
  if (author.requester.is_operator() || !resource) return {};
  return Attribution(author, resource, beside).check();
}

}  // namespace handoff::authoring
