#include "rest/transaction_bundle.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/hash.h"
#include "core/limits.h"
#include "fhir/reference.h"
#include "rest/condition.h"
#include "rest/http_date.h"
#include "rest/outcome.h"
#include "rest/routes.h"
#include "validation/structure.h"

namespace handoff::rest {
namespace {

using json::Value;

constexpr std::size_t id_bytes = 16;

Problem at(const BundleEntry& entry, std::string_view member, std::string diagnostics, std::string code = "invalid") {
  return problem(Kind::incorrect, std::move(diagnostics), entry.place(member), std::move(code));
}

Problem unserved(const BundleEntry& entry, std::string_view member, std::string diagnostics) {
  return problem(Kind::unsupported, std::move(diagnostics), entry.place(member));
}

// The Bundle without its resources, which admission checks: their findings carry their own places.
Result<void> check_envelope(Value bundle, const fhir::Definitions& definitions) {
  json::Arena arena;
  std::vector<Value> entries;
  for (const Value entry : bundle["entry"].items()) entries.push_back(json::with_member(arena, entry, "resource", {}));
  const Value envelope = bundle["entry"].is_array() ? json::with_member(arena, bundle, "entry", arena.array(entries)) : bundle;
  Problem found{Kind::incorrect, validation::validate_structure(envelope, definitions)};
  const auto fails = [](const Issue& issue) { return issue.severity == Severity::error || issue.severity == Severity::fatal; };
  if (std::any_of(found.issues.begin(), found.issues.end(), fails)) return found;
  return {};
}

Result<void> read_create(BundleEntry& entry, Value request, const ServerNames& names) {
  entry.method = admission::Method::create;
  entry.type = request["url"].text();
  entry.id = to_hex(random_bytes(id_bytes));
  if (request["ifMatch"]) return at(entry, "request.ifMatch", "has no meaning for POST");
  const Value condition = request["ifNoneExist"];
  if (!condition) return {};
  const auto query = condition_query(condition.text(), entry.type, names, entry.place("request.ifNoneExist"));
  if (!query) return query.error();
  auto identifier = parse_identifier_query(*query, entry.place("request.ifNoneExist"));
  if (!identifier) return identifier.error();
  entry.if_none_exist = std::move(*identifier);
  return {};
}

Result<void> read_update(BundleEntry& entry, Value request, const ServerNames&) {
  entry.method = admission::Method::update;
  const std::string_view url = request["url"].text();
  if (url.find('?') != url.npos) return unserved(entry, "request.url", "conditional updates are not served yet");
  const auto parts = fhir::split_reference(url);
  if (!parts) return at(entry, "request.url", "must be Type/id", "value");
  entry.type = parts->type;
  entry.id = parts->id;
  if (request["ifNoneExist"]) return at(entry, "request.ifNoneExist", "has no meaning for PUT");
  if (const Value condition = request["ifMatch"]) {
    entry.if_match = version_in_etag(condition.text());
    if (!entry.if_match) return at(entry, "request.ifMatch", "must be a version as ETag gives it: W/\"1\"", "value");
  }
  return {};
}

Result<void> read_removal(BundleEntry& entry, Value request, const ServerNames& names) {
  auto read = read_update(entry, request, names);
  entry.method = admission::Method::remove;
  return read;
}

Result<void> read_get(BundleEntry& entry, Value request, const ServerNames&) {
  const std::string_view url = request["url"].text();
  entry.read_url = url;
  entry.type = url.substr(0, url.find_first_of("/?"));
  return {};
}

struct Method {
  std::string_view name;
  Result<void> (*read)(BundleEntry& entry, Value request, const ServerNames& names);
};
constexpr Method methods[] = {{"POST", read_create}, {"PUT", read_update}, {"DELETE", read_removal}, {"GET", read_get}};

Result<void> check_resource(const BundleEntry& entry) {
  if (!entry.method || *entry.method == admission::Method::remove) {
    if (entry.resource) return at(entry, "resource", "has no meaning for GET and DELETE");
    return {};
  }
  if (!entry.resource.is_object()) return at(entry, "resource", "is missing", "required");
  if (entry.resource["resourceType"].text() != entry.type)
    return at(entry, "resource.resourceType", "must be the type that request.url names");
  if (entry.method == admission::Method::update && entry.resource["id"].text() != entry.id)
    return at(entry, "resource.id", "must be the id that request.url names");
  return {};
}

// Of what stands in a type's place and names none.
std::string not_served(std::string_view url) {
  std::string told = told_unserved(url);
  return told.empty() ? "names no resource type of R4" : told;
}

Result<BundleEntry> read_entry(Value value, std::size_t index, const fhir::Definitions& definitions, const ServerNames& names) {
  BundleEntry entry;
  entry.index = index;
  entry.full_url = value["fullUrl"].text();
  entry.resource = value["resource"];
  const Value request = value["request"];
  const auto method =
      std::find_if(std::begin(methods), std::end(methods), [&](const Method& m) { return m.name == request["method"].text(); });
  if (method == std::end(methods))
    return unserved(entry, "request.method", "only GET, POST, PUT and DELETE are served; this one is not served yet");
  for (const char* condition : {"ifNoneMatch", "ifModifiedSince"})
    if (request[condition] && method->read != read_get)
      return unserved(entry, std::string("request.") + condition, "is not served yet for writes");
  if (auto read = method->read(entry, request, names); !read) return read.error();
  if (!definitions.find_resource(entry.type)) return at(entry, "request.url", not_served(entry.type), "not-supported");
  if (auto checked = check_resource(entry); !checked) return checked.error();
  return entry;
}

// No two entries may write one resource, be one fullUrl, or create under one condition (R4: the order must not matter).
Result<void> check_repeats(const std::vector<BundleEntry>& entries) {
  std::set<std::string> targets, urls, conditions;
  for (const BundleEntry& entry : entries) {
    if (entry.method && !targets.insert(entry.type + "/" + entry.id).second)
      return at(entry, "request.url", "another entry writes the same resource", "duplicate");
    if (!entry.full_url.empty() && !urls.insert(entry.full_url).second)
      return at(entry, "fullUrl", "another entry has the same", "duplicate");
    if (entry.if_none_exist && !conditions.insert(entry.type + "?" + entry.if_none_exist->first + "|" + entry.if_none_exist->second).second)
      return at(entry, "request.ifNoneExist", "another entry has the same condition", "duplicate");
  }
  return {};
}

}  // namespace

Result<void> check_bundle(Value bundle, const fhir::Definitions& definitions) {
  if (bundle["resourceType"].text() != "Bundle")
    return problem(Kind::incorrect, "a Bundle is expected here", "Bundle.resourceType", "structure");
  const std::string_view type = bundle["type"].text();
  if (type != "transaction" && type != "batch") return problem(Kind::incorrect, "must be transaction or batch", "Bundle.type", "value");
  if (bundle["entry"].items().size() > limits::bundle_entries_max)
    return problem(Kind::incorrect, fmt::format("more than {} entries", limits::bundle_entries_max), "Bundle.entry", "too-long");
  for (std::size_t i = 0; i < bundle["entry"].items().size(); ++i) {  // before the resources are taken out: with_member wants objects
    const Value entry = bundle["entry"].at(i);
    if (!entry.is_object()) return problem(Kind::incorrect, "must be an object", fmt::format("Bundle.entry[{}]", i), "structure");
    if (!entry["request"]) return problem(Kind::incorrect, "is missing", fmt::format("Bundle.entry[{}].request", i), "required");
  }
  return check_envelope(bundle, definitions);
}

std::string BundleEntry::place(std::string_view member) const { return fmt::format("Bundle.entry[{}].{}", index, member); }

Result<std::vector<BundleEntry>> read_transaction(Value bundle, const fhir::Definitions& definitions, const ServerNames& names) {
  std::vector<BundleEntry> entries;
  for (const Value value : bundle["entry"].items()) {
    auto entry = read_entry(value, entries.size(), definitions, names);
    if (!entry) return entry.error();
    entries.push_back(std::move(*entry));
  }
  if (auto checked = check_repeats(entries); !checked) return checked.error();
  return entries;
}

Result<void> resolve_conditional_creates(std::vector<BundleEntry>& entries, const Conditions& conditions) {
  for (BundleEntry& entry : entries) {
    if (!entry.if_none_exist) continue;
    if (!conditions.definitions.find_search_parameter(entry.type, "identifier"))
      return unserved(entry, "request.ifNoneExist", entry.type + " cannot be searched by identifier");
    auto found = find_by_identifier(conditions.snapshot, conditions.definitions, entry.type, *entry.if_none_exist, conditions.seen);
    if (found.size() > 1)
      return problem(Kind::precondition, "more than one resource has this identifier", entry.place("request.ifNoneExist"),
                     "multiple-matches");
    if (found.empty()) continue;
    entry.id = found.front().id;
    entry.existing = std::move(found.front());
  }
  return {};
}

}  // namespace handoff::rest
