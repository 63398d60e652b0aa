#include "routing/routes.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>
#include <span>

#include "fhir/archive.h"
#include "json/document.h"

namespace handoff::routing {
namespace {

using json::Value;

// Codes of v3-ActReason that a care team's member may ask for; supervision (JSUPV) is in no care team.
const std::vector<std::string> purposes = {"TREAT", "HOPERAT", "HPAYMT", "COC"};

// What each channel can carry: the gate knows how to compose that, and admission finds who hears of it.
struct ChannelRule {
  std::string_view name;
  Channel channel;
  std::string_view type;
};
constexpr ChannelRule channels[] = {
    {"document", Channel::document, "Composition"},
    {"notification", Channel::notification, "CarePlan"},
    {"notification", Channel::notification, "Consent"},
};

bool is_one_of(std::string_view text, std::span<const std::string> all) { return std::find(all.begin(), all.end(), text) != all.end(); }

std::string listed(std::span<const std::string> all) {
  std::string text;
  for (const std::string& one : all) text += (text.empty() ? "" : ", ") + one;
  return text;
}

// Codes of a system of our own.
std::vector<std::string> codes_of(std::string_view system) {
  std::vector<std::string> codes;
  const fhir::Archive& archive = fhir::Archive::built_in();
  const fhir::Archive::Entry* const entry = archive.find("CodeSystem", system);
  const auto parsed = entry ? json::parse(archive.text(*entry)) : Result<json::Document>(problem(Kind::fault, "no such system"));
  if (parsed)
    for (const Value one : parsed->root()["concept"].items()) codes.emplace_back(one["code"].text());
  return codes;
}

struct Roles {
  std::string_view what;
  std::vector<std::string> codes;
};

// Of a care team, or of a change of consents, which goes to kinds of organization.
const Roles& roles_of(const Route& route) {
  static const Roles of_teams{"role of a care team", codes_of("https://handoff.example.org/fhir/CodeSystem/care-team-role")};
  static const Roles of_consents{"kind of organization", codes_of("https://handoff.example.org/fhir/CodeSystem/organization-kind")};
  return route.is_of_consents() ? of_consents : of_teams;
}

// Reads one file and collects what is wrong with it.
class Reader {
 public:
  explicit Reader(std::string_view name) : name_(name) {}

  Result<Route> read(std::string_view text) {
    const auto parsed = json::parse(text, {.relaxed = true});
    if (!parsed) return problem(Kind::incorrect, parsed.error().summary(), name_);
    const Value root = parsed->root();
    if (!root.is_object()) return problem(Kind::incorrect, "a route is an object", name_);
    check_members(root, "", {"event", "code", "title", "when", "recipients", "channel", "topic", "include"});
    Route route;
    route.event = text_of(root, "", "event");
    route.code = text_of(root, "", "code");
    route.title = text_of(root, "", "title");
    auto condition = read_when(root["when"], route);
    read_recipients(root["recipients"], route);
    read_channel(root, route);
    if (!found_.issues.empty()) return found_;
    route.condition = std::move(*condition);
    return route;
  }

 private:
  void add(const std::string& member, std::string what) {
    found_.issues.push_back(problem(Kind::incorrect, std::move(what), name_ + ": " + member).issues.front());
  }

  void check_members(Value object, const std::string& at, std::initializer_list<std::string_view> known) {
    for (const json::Member& member : object.members())
      if (std::find(known.begin(), known.end(), member.key) == known.end()) add(at + std::string(member.key), "no such member of a route");
  }

  std::string text_of(Value object, const std::string& at, std::string_view key) {
    const Value value = object[key];
    const std::string member = at + std::string(key);
    if (!value) add(member, "is missing");
    else if (!value.is_string() || value.text().empty()) add(member, "is to be a text");
    return value.is_string() ? std::string(value.text()) : std::string();
  }

  std::optional<fhirpath::Expression> read_when(Value when, Route& route) {
    if (!when.is_object()) {
      add("when", when ? "is to be an object" : "is missing");
      return {};
    }
    check_members(when, "when.", {"type", "condition", "on"});
    const std::string on = text_of(when, "when.", "on");
    if (!on.empty() && on != "create" && on != "create+update") add("when.on", "\"" + on + "\" is neither create nor create+update");
    route.on_update = on == "create+update";
    route.type = text_of(when, "when.", "type");
    const std::string condition = text_of(when, "when.", "condition");
    fhirpath::CompileOptions options;
    options.focus = fhir::Definitions::r4().find_resource(route.type);
    if (!options.focus) {
      if (!route.type.empty()) add("when.type", "\"" + route.type + "\" is no resource type of R4");
      return {};
    }
    if (condition.empty()) return {};
    auto compiled = fhirpath::Expression::compile(condition, options);
    if (compiled) return std::move(*compiled);
    add("when.condition", compiled.error().issues.front().diagnostics);
    return {};
  }

  void read_recipients(Value recipients, Route& route) {
    if (!recipients.is_array() || recipients.size() == 0) return add("recipients", "is to be a list, not empty");
    std::set<std::string> seen;
    for (std::size_t i = 0; i < recipients.size(); ++i) {
      const std::string at = "recipients[" + std::to_string(i) + "]";
      const Value item = recipients.at(i);
      if (!item.is_object()) {
        add(at, "is to be an object");
        continue;
      }
      check_members(item, at + ".", {"role", "purpose"});
      RecipientRule rule{text_of(item, at + ".", "role"), text_of(item, at + ".", "purpose")};
      if (!rule.role.empty() && !seen.insert(rule.role).second) add(at + ".role", "\"" + rule.role + "\" is named twice");
      const Roles& roles = roles_of(route);
      if (!rule.role.empty() && !route.type.empty() && !is_one_of(rule.role, roles.codes))
        add(at + ".role", fmt::format("\"{}\" is no {}: there are {}", rule.role, roles.what, listed(roles.codes)));
      if (!rule.purpose.empty() && !is_one_of(rule.purpose, purposes))
        add(at + ".purpose", fmt::format("\"{}\" is no purpose of a recipient: there are {}", rule.purpose, listed(purposes)));
      route.recipients.push_back(std::move(rule));
    }
  }

  void read_channel(Value root, Route& route) {
    const std::string name = text_of(root, "", "channel");
    if (name.empty()) return;
    std::string types;
    bool fits = false;
    for (const ChannelRule& rule : channels) {
      if (rule.name != name) continue;
      route.channel = rule.channel;
      types += (types.empty() ? "" : " or a ") + std::string(rule.type);
      fits |= rule.type == route.type;
    }
    if (types.empty()) return add("channel", "\"" + name + "\" is neither document nor notification");
    if (!route.type.empty() && !fits) add("channel", "a " + name + " is made of a " + types + " only");
    if (route.channel == Channel::notification) return read_notification(root, route);
    for (const char* key : {"topic", "include"})
      if (root[key]) add(key, "is of notifications only");
  }

  void read_notification(Value root, Route& route) {
    route.topic = text_of(root, "", "topic");
    const Value include = root["include"];
    if (include && route.is_of_consents()) return add("include", "is not of Consents: what came into view is named");
    if (include && !include.is_array()) return add("include", "is to be a list");
    for (std::size_t i = 0; i < include.size(); ++i) {
      const std::string_view text = include.at(i).text();
      const auto colon = text.find(':');
      const auto* parameter = colon == text.npos || text.substr(0, colon) != route.type
                                  ? nullptr
                                  : fhir::Definitions::r4().find_search_parameter(route.type, text.substr(colon + 1));
      if (!parameter || parameter->type != fhir::SearchType::reference)
        add("include[" + std::to_string(i) + "]", fmt::format("\"{}\" is no reference parameter of the type, such as \"CarePlan:goal\"", text));
      route.include.emplace_back(text);
    }
  }

  const std::string name_;
  Problem found_{Kind::incorrect, {}};
};

}  // namespace

const Route* Routes::find(std::string_view event) const {
  const auto found = std::find_if(all_.begin(), all_.end(), [&](const Route& route) { return route.event == event; });
  return found == all_.end() ? nullptr : &*found;
}

Result<Route> read_route(std::string_view name, std::string_view text) { return Reader(name).read(text); }

Result<Routes> read_routes(const std::vector<RouteFile>& files) {
  Problem found{Kind::incorrect, {}};
  std::vector<Route> all;
  std::set<std::string> events;
  for (const auto& [name, text] : files) {
    auto route = read_route(name, text);
    if (!route) {
      const Problem wrong = route.error();
      found.issues.insert(found.issues.end(), wrong.issues.begin(), wrong.issues.end());
      continue;
    }
    if (!events.insert(route->event).second)
      found.issues.push_back(problem(Kind::incorrect, "another file is of this event", name + ": event").issues.front());
    all.push_back(std::move(*route));
  }
  if (files.empty()) return problem(Kind::incorrect, "there is no route");
  if (!found.issues.empty()) return found;
  return Routes(std::move(all));
}

}  // namespace handoff::routing
