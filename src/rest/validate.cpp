// $validate (R4 "resource-operation-validate"): a resource is validated as it would be written or against a profile; nothing is
// stored, and nothing that is stored is looked at, so that it tells nobody of it.
#include "core/text.h"
#include "rest/media.h"
#include "validation/outcome.h"
#include "validation/validator.h"

namespace handoff::rest {
namespace {

struct Asked {
  json::Document document;  // the body
  json::Value resource;
  std::vector<std::string> profiles;
  bool is_removal = false;
};

constexpr std::string_view modes[] = {"create", "update", "profile", "delete"};

Result<void> read_mode(std::string_view mode, Asked& asked) {
  if (mode.empty()) return {};
  if (std::find(std::begin(modes), std::end(modes), mode) == std::end(modes))
    return problem(Kind::incorrect, "mode is create, update, delete or profile", "mode", "value");
  asked.is_removal = mode == "delete";
  return {};
}

// The body is the resource, or Parameters with it.
Result<void> read_body(const Call& call, Asked& asked) {
  if (auto checked = check_content_type(call); !checked) return checked.error();
  auto document = json::parse(call.request.body);
  if (!document) return document.error();
  asked.document = std::move(*document);
  asked.resource = asked.document.root();
  if (asked.resource["resourceType"].text() != "Parameters" || call.values[0] == "Parameters") return {};
  const json::Value parameters = asked.resource["parameter"];
  asked.resource = {};
  for (const json::Value parameter : parameters.items()) {
    const std::string_view name = parameter["name"].text();
    if (name == "resource") asked.resource = parameter["resource"];
    if (name == "profile")
      asked.profiles.emplace_back(parameter["valueUri"] ? parameter["valueUri"].text() : parameter["valueCanonical"].text());
    if (name == "mode")
      if (auto mode = read_mode(parameter["valueCode"].text(), asked); !mode) return mode.error();
  }
  return {};
}

Result<Asked> read_asked(const Call& call) {
  Asked asked;
  for (const auto& [name, value] : call.query) {
    if (name == "profile") asked.profiles.push_back(value);
    else if (name == "mode") {
      if (auto mode = read_mode(value, asked); !mode) return mode.error();
    } else if (name != "_format" && name != "_pretty") {
      return problem(Kind::incorrect, shown_text(name) + " is no parameter of $validate", "http." + shown_text(name), "not-supported");
    }
  }
  if (auto body = read_body(call, asked); !body) return body.error();
  if (!asked.resource.is_object() && !asked.is_removal)
    return problem(Kind::incorrect, "the body is a resource, or Parameters with one as \"resource\"", "resource", "required");
  return asked;
}

bool may_ask(const auth::Requester& requester, const std::string& type) {
  constexpr std::string_view any = "crus";
  return std::any_of(any.begin(), any.end(), [&](char verb) { return auth::allows(requester.scopes, type, verb); });
}

std::vector<Issue> validate_asked(const validation::Validator& validator, const Call& call, const Asked& asked) {
  if (asked.is_removal) return {};
  const std::string_view type = asked.resource["resourceType"].text(), id = asked.resource["id"].text();
  std::vector<Issue> issues = validator.validate(asked.resource, asked.profiles);
  if (!type.empty() && type != call.values[0])
    issues.push_back({.code = "value", .diagnostics = "This is not of the type that the address names.", .expression = std::string(type)});
  if (call.values.size() > 1 && id != call.values[1])
    issues.push_back(
        {.code = "value", .diagnostics = "The id is not the one that the address names.", .expression = call.values[0] + ".id"});
  return issues;
}

}  // namespace

void validate(const Context& context, Call call, Answer answer) {
  if (!context.validator)
    return answer(failure(problem(Kind::not_found, "nothing is served at this path", std::string(at_path), "not-supported")));
  if (!may_ask(call.requester, call.values[0]))
    return answer(failure(problem(Kind::forbidden, "no scope of the token names " + call.values[0])));
  const auto asked = read_asked(call);
  if (!asked) return answer(failure(asked.error()));
  json::Arena arena;
  const json::Value outcome = validation::outcome_of(arena, validate_asked(*context.validator, call, *asked), call.values[0]);
  answer({200, {{"Content-Type", std::string(fhir_json)}}, json::write(outcome)});
}

}  // namespace handoff::rest
