#include "intake/world.h"

#include "core/hash.h"

namespace handoff::intake {
namespace {

constexpr std::size_t candidates_max = 16;

bool carries(json::Value resource, std::string_view system, std::string_view value) {
  const json::Value identifier = resource["identifier"];
  const auto matches = [&](json::Value one) { return one["system"].text() == system && one["value"].text() == value; };
  if (identifier.is_object()) return matches(identifier);
  for (const json::Value one : identifier.items())
    if (matches(one)) return true;
  return false;
}

}  // namespace

identity::KnownPerson StoredWorld::known(const std::string& id) {
  const json::Value patient = record_.read("Patient/" + id);
  identity::KnownPerson person{id, {}, std::string(patient["birthDate"].text())};
  for (const json::Value identifier : patient["identifier"].items())
    if (identifier["system"].text() == identity::medicaid_system) person.medicaid.emplace_back(identifier["value"].text());
  return person;
}

// A deleted resource keeps its id too.
std::string StoredWorld::id_of(std::string_view type, std::string_view system, std::string_view value) {
  if (ids_.has_keyless)
    if (std::string before = keyless_id(type, system, value); snapshot_->find(type, before)) return before;
  return ids_.key.id(type, system, value);
}

Result<std::string> StoredWorld::recognize(const identity::PersonClaim& claim, std::string_view derived_id) {
  const auto found = identity::recognize(claim, [this](std::string_view system, std::string_view value) {
    std::vector<identity::KnownPerson> people;
    for (const std::string& id : snapshot_->identified(system, value)) people.push_back(known(id));
    return people;
  });
  if (found) return *found;
  const std::string id(derived_id);
  if (record_.read("Patient/" + id) && identity::contradicts(claim, known(id)))
    return problem(Kind::conflict, "the same number already names a person with another member id or birth date", "link");
  return id;
}

std::optional<std::string> StoredWorld::find(std::string_view type, std::string_view system, std::string_view value) {
  if (type == "Patient") {
    const auto ids = snapshot_->identified(system, value);
    return ids.size() == 1 ? std::optional("Patient/" + ids.front()) : std::nullopt;
  }
  const std::string prefix = std::string(type) + "/";
  const std::string derived = prefix + id_of(type, system, value);
  if (record_.read(derived)) return derived;
  const auto& definitions = fhir::Definitions::r4();
  const auto* parameter = definitions.find_search_parameter(type, "identifier");
  if (!parameter) return std::nullopt;
  const auto key = search::parameter_key(definitions, type, *parameter);
  for (const store::Version& version : snapshot_->with_token(key, hash64(std::string(system) + "|" + std::string(value)), candidates_max))
    if (carries(record_.read(prefix + version.id), system, value)) return prefix + version.id;
  return std::nullopt;
}

}  // namespace handoff::intake
