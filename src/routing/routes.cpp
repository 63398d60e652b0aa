#include "routing/routes.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <span>

#include "fhir/archive.h"
#include "json/document.h"
#include "routing/channels.h"

namespace handoff::routing {
namespace {

using json::Value;

// Codes of v3-ActReason that a member of a care team may have. Supervision (JSUPV) is in no care team.
const std::vector<std::string> purposes = {"TREAT", "HOPERAT", "HPAYMT", "COC"};

bool is_one_of(std::string_view text, std::span<const std::string> all) {
  return std::find(all.begin(), all.end(), text) != all.end();
}

std::string listed(std::span<const std::string> all) {
  std::string text;
  for (const std::string& one : all) text += (text.empty() ? "" : ", ") + one;
  return text;
}

// The codes of one of our own code systems.
std::vector<std::string> codes_of(std::string_view system) {
  std::vector<std::string> codes;
  const fhir::Archive& archive = fhir::Archive::built_in();
  const fhir::Archive::Entry* const entry = archive.find("CodeSystem", system);
  const auto parsed = entry ? json::parse(archive.text(*entry))
                            : Result<json::Document>(problem(Kind::fault, "no such system"));
  if (parsed)
    for (const Value one : parsed->root()["concept"].items()) codes.emplace_back(one["code"].text());
  return codes;
}

template <class Row, std::size_t size>
const Row* find_row(const Row (&rows)[size], std::string_view name) {
  const auto found =
      std::find_if(std::begin(rows), std::end(rows), [&](const Row& row) { return row.name == name; });
  return found == std::end(rows) ? nullptr : found;
}

template <class Row, std::size_t size>
std::string names_of(const Row (&rows)[size]) {
  std::string text;
  for (const Row& row : rows) text += (text.empty() ? "" : ", ") + std::string(row.name);
  return text;
}

const std::vector<std::string>& roles_of(const SourceRow& source) {
  static const std::map<std::string_view, std::vector<std::string>> roles = [] {
    std::map<std::string_view, std::vector<std::string>> all;
    for (const SourceRow& row : sources) all[row.role_system] = codes_of(row.role_system);
    return all;
  }();
  return roles.at(source.role_system);
}

// Reads one file and collects all its errors.
class Reader {
 public:
  explicit Reader(std::string_view name) : name_(name) {}

  Result<Route> read(std::string_view text) {
    const auto parsed = json::parse(text, {.relaxed = true});
    if (!parsed) return problem(Kind::incorrect, parsed.error().summary(), name_);
    const Value root = parsed->root();
    if (!root.is_object()) return problem(Kind::incorrect, "a route must be an object", name_);
    check_members(root, "",
                  {"event", "code", "title", "when", "care_team", "recipients", "never", "channel", "topic",
                   "include"});
    Route route;
    route.event = text_of(root, "", "event");
    route.code = text_of(root, "", "code");
    route.title = text_of(root, "", "title");
    auto condition = read_when(root["when"], route);
    read_recipients(root["recipients"], route);
    read_never(root["never"], route);
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
      if (std::find(known.begin(), known.end(), member.key) == known.end())
        add(at + std::string(member.key), "no such member of a route");
  }

  std::string text_of(Value object, const std::string& at, std::string_view key) {
    const Value value = object[key];
    const std::string member = at + std::string(key);
    if (!value) add(member, "is missing");
    else if (!value.is_string() || value.text().empty()) add(member, "must be a text");
    return value.is_string() ? std::string(value.text()) : std::string();
  }

  std::optional<fhirpath::Expression> read_when(Value when, Route& route) {
    if (!when.is_object()) {
      add("when", when ? "must be an object" : "is missing");
      return {};
    }
    check_members(when, "when.", {"type", "condition", "before", "on"});
    const std::string on = text_of(when, "when.", "on");
    if (!on.empty() && on != "create" && on != "create+update")
      add("when.on", "\"" + on + "\" is neither create nor create+update");
    route.on_update = on == "create+update";
    route.type = text_of(when, "when.", "type");
    const std::string condition = text_of(when, "when.", "condition");
    if (!fhir::Definitions::r4().find_resource(route.type)) {
      if (!route.type.empty()) add("when.type", "\"" + route.type + "\" is no resource type of R4");
      return {};
    }
    if (when["before"]) route.before = compile(route.type, "when.before", text_of(when, "when.", "before"));
    if (when["before"] && on == "create")
      add("when.before", "needs \"on\": \"create+update\", because a new resource has no version before");
    return compile(route.type, "when.condition", condition);
  }

  std::optional<fhirpath::Expression> compile(std::string_view type, const std::string& member,
                                              const std::string& text) {
    if (text.empty()) return {};
    fhirpath::CompileOptions options;
    options.focus = fhir::Definitions::r4().find_resource(type);
    auto compiled = fhirpath::Expression::compile(text, options);
    if (compiled) return std::move(*compiled);
    add(member, compiled.error().issues.front().diagnostics);
    return {};
  }

  void read_recipients(Value recipients, Route& route) {
    if (!recipients.is_array() || recipients.size() == 0)
      return add("recipients", "must be a list with at least one item");
    std::set<std::string> seen;
    for (std::size_t i = 0; i < recipients.size(); ++i) {
      const std::string at = "recipients[" + std::to_string(i) + "]";
      const Value item = recipients.at(i);
      if (!item.is_object()) {
        add(at, "must be an object");
        continue;
      }
      check_members(item, at + ".", {"from", "role", "purpose"});
      const std::string from = text_of(item, at + ".", "from");
      const SourceRow* const source = find_row(sources, from);
      if (!from.empty() && !source)
        add(at + ".from",
            fmt::format("\"{}\" is no source of recipients: there are {}", from, names_of(sources)));
      RecipientRule rule{source ? source->source : Source::care_team, text_of(item, at + ".", "role"),
                         text_of(item, at + ".", "purpose")};
      if (!rule.role.empty() && !seen.insert(rule.role).second)
        add(at + ".role", "\"" + rule.role + "\" is named twice");
      if (source && !rule.role.empty() && !is_one_of(rule.role, roles_of(*source)))
        add(at + ".role", fmt::format("\"{}\" is no {}: there are {}", rule.role, source->role_is,
                                      listed(roles_of(*source))));
      if (!rule.purpose.empty() && !is_one_of(rule.purpose, purposes))
        add(at + ".purpose",
            fmt::format("\"{}\" is no purpose of a recipient: there are {}", rule.purpose, listed(purposes)));
      route.recipients.push_back(std::move(rule));
    }
  }

  void read_never(Value never, Route& route) {
    if (never && !never.is_array()) return add("never", "must be a list");
    const std::vector<std::string>& kinds = roles_of(row_of(Source::changed_view));
    for (std::size_t i = 0; i < never.size(); ++i) {
      const std::string kind(never.at(i).text());
      if (!is_one_of(kind, kinds))
        add("never[" + std::to_string(i) + "]",
            fmt::format("\"{}\" is no kind of organization: there are {}", kind, listed(kinds)));
      route.never.push_back(kind);
    }
  }

  void read_channel(Value root, Route& route) {
    const std::string name = text_of(root, "", "channel");
    if (name.empty()) return;
    const ChannelRow* const row = find_row(channels, name);
    if (!row)
      return add("channel", fmt::format("\"{}\" is no channel: there are {}", name, names_of(channels)));
    route.channel = row->channel;
    if (!route.type.empty() && !row->type.empty() && row->type != route.type)
      add("channel", fmt::format("a {} needs the type {} in \"when\"", name, row->type));
    for (std::size_t i = 0; i < route.recipients.size(); ++i)
      if (route.recipients[i].source != row->source)
        add(fmt::format("recipients[{}].from", i),
            fmt::format("a {} goes to recipients from {}", name, row_of(row->source).name));
    read_care_team(root["care_team"], *row, route);
    if (row->has_topic) route.topic = text_of(root, "", "topic");
    else if (root["topic"]) add("topic", "is not allowed with this channel");
    if (row->includes) read_include(root["include"], route);
    else if (root["include"]) add("include", "is not allowed with this channel");
  }

  void read_care_team(Value path, const ChannelRow& row, Route& route) {
    if (row.names_care_team && !path)
      return add("care_team", "is missing: FHIRPath to the reference of the care team");
    if (!row.names_care_team && path) return add("care_team", "is not allowed with this channel");
    if (path && fhir::Definitions::r4().find_resource(route.type))
      route.care_team = compile(route.type, "care_team", std::string(path.text()));
  }

  void read_include(Value include, Route& route) {
    if (include && !include.is_array()) return add("include", "must be a list");
    for (std::size_t i = 0; i < include.size(); ++i) {
      const std::string_view text = include.at(i).text();
      const auto colon = text.find(':');
      const auto* parameter =
          colon == text.npos || text.substr(0, colon) != route.type
              ? nullptr
              : fhir::Definitions::r4().find_search_parameter(route.type, text.substr(colon + 1));
      if (!parameter || parameter->type != fhir::SearchType::reference)
        add("include[" + std::to_string(i) + "]",
            fmt::format("\"{}\" is not a reference parameter of the type, for example \"CarePlan:goal\"",
                        text));
      route.include.emplace_back(text);
    }
  }

  const std::string name_;
  Problem found_{Kind::incorrect, {}};
};

}  // namespace

const SourceRow& row_of(Source source) {
  return *std::find_if(std::begin(sources), std::end(sources),
                       [&](const SourceRow& row) { return row.source == source; });
}

const Route* Routes::find(std::string_view event) const {
  const auto found =
      std::find_if(all_.begin(), all_.end(), [&](const Route& route) { return route.event == event; });
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
      found.issues.push_back(
          problem(Kind::incorrect, "another file has the same event", name + ": event").issues.front());
    all.push_back(std::move(*route));
  }
  if (files.empty()) return problem(Kind::incorrect, "there is no route");
  if (!found.issues.empty()) return found;
  return Routes(std::move(all));
}

}  // namespace handoff::routing
