#include "rest/interactions/capability_statement.h"

#include "core/text.h"
#include "fhir/archive.h"
#include "json/document.h"
#include "rest/http/build.h"
#include "rest/http/permission.h"
#include "rest/http/routes.h"
#include "rest/interactions/patch.h"
#include "rest/operations/operation.h"
#include "search/query.h"

namespace handoff::rest {
namespace {

constexpr std::string_view statement_date = "2026-11-22";  // of this form of the statement
constexpr std::string_view smart_service = "http://terminology.hl7.org/CodeSystem/restful-security-service";

json::Value interactions(json::Arena& arena, bool of_type) {
  std::vector<json::Value> all;
  for (const Route& route : routes()) {
    if (route.is_of_type() != of_type) continue;
    for (const auto code : split(route.code, ' '))
      if (!code.empty()) all.push_back(object(arena, {{"code", arena.string(code)}}));
  }
  return arena.array(all);
}

struct Searching {
  std::vector<json::Value> parameters;
  std::vector<json::Value> includes;
};

// What search::parse accepts for this type.
Searching searching(json::Arena& arena, const fhir::Definitions& definitions, const fhir::Type& type) {
  Searching all;
  for (const fhir::SearchParameter* parameter : definitions.search_parameters(type.name)) {
    if (!search::is_served(*parameter)) continue;
    all.parameters.push_back(object(arena, {{"name", json::Arena::borrow(parameter->code)},
                                            {"definition", json::Arena::borrow(parameter->url)},
                                            {"type", json::Arena::borrow(to_code(parameter->type))}}));
    if (parameter->type != fhir::SearchType::reference) continue;
    all.includes.push_back(arena.string(std::string(type.name).append(":").append(parameter->code)));
  }
  return all;
}

// The operations of one type; with an empty type, those of the system.
std::vector<json::Value> operations_of(json::Arena& arena, std::string_view type) {
  std::vector<json::Value> all;
  for (const Operation* operation : operations()) {
    const bool is_of_type =
        includes(operation->levels, Level::type) || includes(operation->levels, Level::instance);
    const bool is_here = type.empty() ? includes(operation->levels, Level::system)
                                      : is_of_type && (operation->type.empty() || operation->type == type);
    if (!is_here) continue;
    all.push_back(object(arena, {{"name", json::Arena::borrow(operation->name)},
                                 {"definition", json::Arena::borrow(operation->definition)}}));
  }
  return all;
}

// The profiles for the type: those of loaded packages, and our own.
json::Value supported_profiles(json::Arena& arena, const Guides& guides, std::string_view type) {
  std::vector<json::Value> all;
  if (const auto found = guides.profiles.find(type); found != guides.profiles.end())
    for (const std::string& canonical : found->second) all.push_back(arena.string(canonical));
  for (const std::string_view canonical : fhir::Archive::built_in().profiles_of(type))
    all.push_back(arena.string(canonical));
  return arena.array(all);
}

json::Value texts(json::Arena& arena, const std::vector<std::string>& all) {
  std::vector<json::Value> values;
  for (const std::string& text : all) values.push_back(arena.string(text));
  return arena.array(values);
}

json::Value resource(json::Arena& arena, const fhir::Definitions& definitions, const Guides& guides,
                     const fhir::Type& type, json::Value served) {
  const Searching found = searching(arena, definitions, type);
  std::vector<json::Member> members = {{"type", arena.string(type.name)}};
  if (const json::Value profiles = supported_profiles(arena, guides, type.name); profiles.size() > 0)
    members.push_back({"supportedProfile", profiles});
  members.insert(members.end(),
                 {{"interaction", served},
                  {"versioning", arena.string("versioned")},
                  {"readHistory", json::Arena::boolean(true)},
                  {"updateCreate", json::Arena::boolean(true)},
                  {"conditionalCreate", json::Arena::boolean(definitions.find_search_parameter(
                                                                 type.name, "identifier") != nullptr)},
                  {"conditionalRead", arena.string("full-support")}});
  if (!found.includes.empty()) members.push_back({"searchInclude", arena.array(found.includes)});
  if (!found.parameters.empty()) members.push_back({"searchParam", arena.array(found.parameters)});
  members.push_back({"operation", arena.array(operations_of(arena, type.name))});
  return arena.object(members);
}

json::Value resources(json::Arena& arena, const fhir::Definitions& definitions, const Guides& guides) {
  const json::Value served = interactions(arena, true);
  std::vector<json::Value> all;
  for (const fhir::Type* type : definitions.resources())
    if (authoring::is_type_served(type->name))
      all.push_back(resource(arena, definitions, guides, *type, served));
  return arena.array(all);
}

// SMART's extension oauth-uris is left out: it must say where people sign in, and only programs sign in here.
json::Value security(json::Arena& arena, const std::string& base_url) {
  const json::Value smart =
      object(arena, {{"system", arena.string(smart_service)}, {"code", arena.string("SMART-on-FHIR")}});
  return object(
      arena, {{"service", array(arena, {object(arena, {{"coding", array(arena, {smart})},
                                                       {"text", arena.string("SMART Backend Services")}})})},
              {"description", arena.string("Access tokens by SMART Backend Services: private_key_jwt with "
                                           "ES384 or RS384. The token endpoint is " +
                                           base_url + "/auth/token; all about it is at " + base_url +
                                           "/fhir/.well-known/smart-configuration.")}});
}

}  // namespace

std::string capability_statement(const std::string& base_url, const fhir::Definitions& definitions,
                                 const Guides& guides) {
  json::Arena arena;
  std::vector<json::Member> server = {{"mode", arena.string("server")},
                                      {"security", security(arena, base_url)},
                                      {"resource", resources(arena, definitions, guides)},
                                      {"interaction", interactions(arena, false)}};
  if (const auto of_system = operations_of(arena, {}); !of_system.empty())
    server.push_back({"operation", arena.array(of_system)});
  const json::Value about =
      object(arena, {{"description", arena.string("Handoff, a FHIR gateway for consented exchange")},
                     {"url", arena.string(base_url + "/fhir")}});
  std::vector<json::Member> members = {
      {"resourceType", arena.string("CapabilityStatement")},
      {"status", arena.string("active")},
      {"date", arena.string(statement_date)},
      {"kind", arena.string("instance")},
      {"software",
       object(arena, {{"name", arena.string("Handoff")}, {"version", arena.string(HANDOFF_VERSION)}})},
      {"implementation", about},
      {"fhirVersion", arena.string(definitions.version())},
      {"format", array(arena, {arena.string("application/fhir+json"), arena.string("json")})},
      {"patchFormat", array(arena, {arena.string(json_patch_type)})}};
  if (!guides.canonicals.empty()) members.push_back({"implementationGuide", texts(arena, guides.canonicals)});
  members.push_back({"rest", array(arena, {arena.object(server)})});
  return json::write(arena.object(members));
}

}  // namespace handoff::rest
