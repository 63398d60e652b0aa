// $validate (R4 "resource-operation-validate"). A resource in the body is validated as for a write (mode
// create, update) or against profiles. Without one, the stored resource that the address names is validated,
// as a read would disclose it. Nothing is stored.
#include <algorithm>

#include "core/text.h"
#include "disclosure/read.h"
#include "rest/http/interaction.h"
#include "rest/http/media.h"
#include "rest/http/permission.h"
#include "rest/operations/operation.h"
#include "validation/outcome.h"

namespace handoff::rest {
namespace {

enum class Mode { none, create, update, remove, profile };

struct ModeCode {
  std::string_view code;
  Mode mode;
};
constexpr ModeCode modes[] = {
    {"create", Mode::create}, {"update", Mode::update}, {"delete", Mode::remove}, {"profile", Mode::profile}};

struct Asked {
  json::Document document;  // the body
  json::Value resource;     // absent: none was sent
  std::vector<std::string> profiles;
  Mode mode = Mode::none;
};

struct Validating {
  const Context& context;
  const Call& call;
  Asked asked;

  const std::string& type() const { return call.values[0]; }
  bool has_id() const { return call.values.size() > 1; }
};

Result<void> read_mode(std::string_view code, Asked& asked) {
  const auto* found = std::find_if(std::begin(modes), std::end(modes),
                                   [&](const ModeCode& each) { return each.code == code; });
  if (found == std::end(modes))
    return problem(Kind::incorrect, "mode is create, update, delete or profile", "mode", "value");
  asked.mode = found->mode;
  return {};
}

Result<void> refuse_parameter(std::string_view name) {
  return problem(Kind::incorrect, shown_text(name) + " is no parameter of $validate",
                 "http." + shown_text(name), "not-supported");
}

Result<void> read_parameter(json::Value parameter, Asked& asked) {
  const std::string_view name = parameter["name"].text();
  if (name == "mode") return read_mode(parameter["valueCode"].text(), asked);
  if (name == "resource") asked.resource = parameter["resource"];
  else if (name == "profile")
    asked.profiles.emplace_back(parameter["valueUri"] ? parameter["valueUri"].text()
                                                      : parameter["valueCanonical"].text());
  else return refuse_parameter(name);
  return {};
}

// The body is the resource, or Parameters that contain it, or empty.
Result<void> read_body(const Call& call, Asked& asked) {
  if (call.request.body.empty()) return {};
  if (auto checked = check_content_type(call); !checked) return checked.error();
  auto document = json::parse(call.request.body);
  if (!document) return document.error();
  asked.document = std::move(*document);
  const json::Value root = asked.document.root();
  if (root["resourceType"].text() != "Parameters" || call.values[0] == "Parameters") {
    asked.resource = root;
    return {};
  }
  for (const json::Value parameter : root["parameter"].items())
    if (auto read = read_parameter(parameter, asked); !read) return read.error();
  return {};
}

// What each mode needs, by the operation's definition.
Result<void> check_given(const Call& call, const Asked& asked) {
  const bool has_id = call.values.size() > 1;
  if (asked.mode == Mode::remove && !has_id)
    return problem(Kind::incorrect, "for mode delete, the address must name the resource: Type/id/$validate",
                   "mode", "value");
  if (asked.mode == Mode::remove || asked.resource.is_object()) return {};
  const bool is_written = asked.mode == Mode::create || asked.mode == Mode::update;
  if (asked.resource || !has_id || is_written)
    return problem(Kind::incorrect, "the body is a resource, or Parameters with one as \"resource\"",
                   "resource", "required");
  return {};
}

Result<Asked> read_asked(const Call& call) {
  Asked asked;
  for (const auto& [name, value] : call.query) {
    Result<void> read;
    if (name == "profile") asked.profiles.push_back(value);
    else if (name == "mode") read = read_mode(value, asked);
    else if (!is_general(name)) read = refuse_parameter(name);
    if (!read) return read.error();
  }
  if (auto read = read_body(call, asked); !read) return read.error();
  if (auto checked = check_given(call, asked); !checked) return checked.error();
  return asked;
}

net::Response answer_of(const Validating& one, const std::vector<Issue>& issues) {
  json::Arena arena;
  return {200,
          {{"Content-Type", std::string(fhir_json)}},
          json::write(validation::outcome_of(arena, issues, one.type()))};
}

void add(std::vector<Issue>& issues, std::string_view place, const Problem& refused) {
  for (Issue issue : refused.issues) {
    if (issue.expression.empty()) issue.expression = place;
    issues.push_back(std::move(issue));
  }
}

bool has_scope(const Validating& one, char scope, std::string_view verb, std::vector<Issue>& issues) {
  if (auth::allows(one.call.requester.scopes, one.type(), scope)) return true;
  add(issues, one.type(),
      problem(Kind::forbidden,
              "No scope of the token allows to " + std::string(verb) + " " + one.type() + "."));
  return false;
}

// May the requester change the resource with this id? The answer is that of a write. A hidden resource counts
// as missing.
void check_standing(const Validating& one, std::string_view id, std::vector<Issue>& issues) {
  const auto standing = one.context.authoring.standing(one.call.requester, one.type(), id);
  if (!standing) add(issues, one.type(), standing.error());
  else if (*standing == authoring::Standing::absent)
    add(issues, one.type(),
        problem(Kind::not_found, "There is no such resource; create it with POST, and it is given an id."));
}

// May the requester write in the name of the author that the resource names? For a removal there is no
// resource.
bool check_author(const Validating& one, std::vector<Issue>& issues) {
  const auto allowed =
      one.context.authoring.check_author(one.call.requester, one.asked.resource, one.call.request.deadline);
  if (!allowed) add(issues, one.type(), allowed.error());
  return allowed.has_value();
}

void check_write(const Validating& one, std::vector<Issue>& issues) {
  const bool is_update = one.asked.mode == Mode::update;
  const json::Value resource = one.asked.resource;
  const bool may_write = has_scope(one, is_update ? 'u' : 'c', is_update ? "update" : "create", issues);
  auto allowed = authoring::check_writer(one.call.requester, one.type());
  if (allowed) allowed = authoring::check_subject(one.call.requester, resource);
  if (!allowed) add(issues, one.type(), allowed.error());
  else if (may_write) check_author(one, issues);
  if (!is_update) return;
  const std::string_view id = one.has_id() ? std::string_view(one.call.values[1]) : resource["id"].text();
  if (id.empty())
    add(issues, one.type(),
        problem(Kind::incorrect, "An update names the resource by its id.", one.type() + ".id", "required"));
  // without a scope the requester must not learn what exists
  else if (may_write) check_standing(one, id, issues);
}

std::vector<Issue> validate_given(const Validating& one) {
  const Asked& asked = one.asked;
  const std::string_view type = asked.resource["resourceType"].text();
  std::vector<std::string> profiles = asked.profiles;
  const bool is_written = asked.mode == Mode::create || asked.mode == Mode::update;
  if (is_written)
    for (std::string& each : one.context.admission.required().of(one.call.requester.client_id, type))
      profiles.push_back(std::move(each));
  std::vector<Issue> issues = one.context.admission.validator().validate(asked.resource, profiles);
  if (!type.empty() && type != one.type())
    issues.push_back({.code = "value",
                      .diagnostics = "This is not of the type that the address names.",
                      .expression = std::string(type)});
  if (one.has_id() && asked.resource["id"].text() != one.call.values[1])
    issues.push_back({.code = "value",
                      .diagnostics = "The id is not the one that the address names.",
                      .expression = one.type() + ".id"});
  if (is_written) check_write(one, issues);
  return issues;
}

std::vector<Issue> validate_disclosed(const Validating& one, std::string_view bytes) {
  std::vector<Issue> issues;
  if (one.asked.mode == Mode::remove) {  // the content does not matter
    if (has_scope(one, 'd', "delete", issues) && check_author(one, issues))
      check_standing(one, one.call.values[1], issues);
    return issues;
  }
  const auto document = json::parse(bytes);
  if (!document) return document.error().issues;
  return one.context.admission.validator().validate(document->root(), one.asked.profiles);
}

// Works as a read, so the ledger and the answer treat it as a read.
Step validate_stored(const Validating& one) {
  const disclosure::ReadRequest wanted{one.type(), one.call.values[1]};
  if (auto allowed = check_reader(one.call.requester, wanted.type, wanted.id); !allowed)
    return allowed.error();
  auto read = disclosure::read(one.context.gate, one.call.requester, wanted);
  if (!read) return read.error();
  return Record{read->take_entries(), answer_of(one, validate_disclosed(one, read->bytes()))};
}

Step run(const Context& context, Call& call) {
  auto asked = read_asked(call);
  if (!asked) return asked.error();
  const Validating one{context, call, std::move(*asked)};
  if (one.asked.mode == Mode::remove || !one.asked.resource) return validate_stored(one);
  return answer_of(one, validate_given(one));
}

// The operation reads its parameters itself, because a body may be the resource itself.
constexpr std::string_view parameters[] = {"resource", "mode", "profile"};

}  // namespace

extern const Operation validate;
const Operation validate{"validate", "http://hl7.org/fhir/OperationDefinition/Resource-validate",
                         "",         Level::type | Level::instance,
                         false,      "crus",
                         parameters, run};

}  // namespace handoff::rest
