#include "rest/interactions/transaction_bundle.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/hash.h"
#include "core/limits.h"
#include "fhir/reference.h"
#include "rest/http/http_date.h"
#include "rest/http/outcome.h"
#include "rest/http/routes.h"
#include "rest/interactions/patch.h"
#include "validation/structure.h"

namespace handoff::rest {
namespace {

using json::Value;

constexpr std::size_t id_bytes = 16;

Problem at(const BundleEntry& entry, std::string_view member, std::string diagnostics,
           std::string code = "invalid") {
  return problem(Kind::incorrect, std::move(diagnostics), entry.place(member), std::move(code));
}

Problem unserved(const BundleEntry& entry, std::string_view member, std::string diagnostics) {
  return problem(Kind::unsupported, std::move(diagnostics), entry.place(member));
}

// Checks the Bundle without its resources. Admission checks the resources, and its issues have places of
// their own.
Result<void> check_envelope(Value bundle, const fhir::Definitions& definitions) {
  json::Arena arena;
  std::vector<Value> entries;
  for (const Value entry : bundle["entry"].items())
    entries.push_back(json::with_member(arena, entry, "resource", {}));
  const Value envelope =
      bundle["entry"].is_array() ? json::with_member(arena, bundle, "entry", arena.array(entries)) : bundle;
  Problem found{Kind::incorrect, validation::validate_structure(envelope, definitions)};
  const auto fails = [](const Issue& issue) {
    return issue.severity == Severity::error || issue.severity == Severity::fatal;
  };
  if (std::any_of(found.issues.begin(), found.issues.end(), fails)) return found;
  return {};
}

// What the readers of methods need in addition to the entry.
struct Reading {
  const fhir::Definitions& definitions;
  const authoring::ServerNames& names;
  Value request;
  Value resource;
};

authoring::Entry& begin_write(BundleEntry& entry, admission::Method method, const Reading& reading) {
  authoring::Entry& write = entry.write.emplace();
  write.method = method;
  write.resource = reading.resource;
  write.full_url = entry.full_url;
  write.places = {entry.place("request"), entry.place("request.url"), entry.place("request.ifMatch"),
                  entry.place("request.ifNoneExist"), entry.place("resource")};
  return write;
}

// "/Patient/" names the same as "Patient".
std::string_view address_of(Value request) {
  std::string_view url = request["url"].text();
  if (url.starts_with('/')) url.remove_prefix(1);
  if (url.ends_with('/')) url.remove_suffix(1);
  return url;
}

Result<void> read_create(BundleEntry& entry, const Reading& reading) {
  authoring::Entry& write = begin_write(entry, admission::Method::create, reading);
  entry.type = write.type = address_of(reading.request);
  write.id = to_hex(random_bytes(id_bytes));
  if (reading.request["ifMatch"]) return at(entry, "request.ifMatch", "has no meaning for POST");
  const Value condition = reading.request["ifNoneExist"];
  if (!condition) return {};
  if (!reading.definitions.find_resource(entry.type)) return {};  // refused below
  const auto query =
      authoring::condition_query(condition.text(), entry.type, reading.names, write.places.if_none_exist);
  if (!query) return query.error();
  auto parsed =
      authoring::parse_condition(reading.definitions, entry.type, *query, write.places.if_none_exist);
  if (!parsed) return parsed.error();
  write.if_none_exist = std::move(*parsed);
  return {};
}

Result<void> read_change(BundleEntry& entry, admission::Method method, const Reading& reading) {
  authoring::Entry& write = begin_write(entry, method, reading);
  const std::string_view url = address_of(reading.request);
  if (url.find('?') != url.npos)
    return unserved(entry, "request.url", "conditional updates are not served yet");
  const auto parts = fhir::split_reference(url);
  if (!parts) return at(entry, "request.url", "must be Type/id", "value");
  entry.type = write.type = parts->type;
  write.id = parts->id;
  if (reading.request["ifNoneExist"]) return at(entry, "request.ifNoneExist", "has no meaning for PUT");
  if (const Value condition = reading.request["ifMatch"]) {
    write.if_match = parse_if_match(condition.text());
    if (!write.if_match)
      return at(entry, "request.ifMatch", "must be versions as ETag gives them, such as W/\"1\", or *",
                "value");
  }
  return {};
}

Result<void> read_update(BundleEntry& entry, const Reading& reading) {
  return read_change(entry, admission::Method::update, reading);
}

Result<void> read_removal(BundleEntry& entry, const Reading& reading) {
  return read_change(entry, admission::Method::remove, reading);
}

// The patch is the content of a Binary (R4 "http", patch).
Result<void> read_patch(BundleEntry& entry, const Reading& reading) {
  if (auto read = read_change(entry, admission::Method::update, reading); !read) return read;
  const Value binary = reading.resource;
  const std::string place = entry.place("resource.data");
  if (binary["resourceType"].text() != "Binary" || binary["contentType"].text() != json_patch_type)
    return unserved(entry, "resource", "must be a Binary with a patch as " + std::string(json_patch_type));
  const auto text = base64_decode(binary["data"].text());
  if (!text) return problem(Kind::incorrect, "must be base64", place, "value");
  auto derive = read_json_patch(*text, place);
  if (!derive) return problem(Kind::incorrect, derive.error().summary(), place, "structure");
  entry.write->derive = std::move(*derive);
  entry.write->resource = {};
  return {};
}

Result<void> read_get(BundleEntry& entry, const Reading& reading) {
  const std::string_view url = address_of(reading.request);
  entry.read_url = url;
  entry.type = url.substr(0, url.find_first_of("/?"));
  return {};
}

struct Method {
  std::string_view name;
  Result<void> (*read)(BundleEntry& entry, const Reading& reading);
};
constexpr Method methods[] = {{"POST", read_create},
                              {"PUT", read_update},
                              {"PATCH", read_patch},
                              {"DELETE", read_removal},
                              {"GET", read_get}};

Result<void> check_resource(const BundleEntry& entry, Value resource) {
  if (!entry.write || entry.write->method == admission::Method::remove) {
    if (resource) return at(entry, "resource", "has no meaning for GET and DELETE");
    return {};
  }
  if (!resource.is_object()) return at(entry, "resource", "is missing", "required");
  if (entry.write->derive) return {};
  if (resource["resourceType"].text() != entry.type)
    return at(entry, "resource.resourceType", "must be the type that request.url names");
  if (entry.write->method == admission::Method::update && resource["id"].text() != entry.write->id)
    return at(entry, "resource.id", "must be the id that request.url names");
  return {};
}

// The text for a url that does not begin with a resource type.
std::string not_served(std::string_view url) {
  std::string reason = why_unserved(url);
  return reason.empty() ? "names no resource type of R4" : reason;
}

Result<BundleEntry> read_entry(Value value, std::size_t index, const fhir::Definitions& definitions,
                               const authoring::ServerNames& names) {
  BundleEntry entry;
  entry.index = index;
  entry.full_url = value["fullUrl"].text();
  const Reading reading{definitions, names, value["request"], value["resource"]};
  const auto method = std::find_if(std::begin(methods), std::end(methods), [&](const Method& m) {
    return m.name == reading.request["method"].text();
  });
  if (method == std::end(methods))
    return unserved(entry, "request.method", "only GET, POST, PUT, PATCH and DELETE are served");
  for (const char* condition : {"ifNoneMatch", "ifModifiedSince"})
    if (reading.request[condition] && method->read != read_get)
      return unserved(entry, std::string("request.") + condition, "is not served yet for writes");
  if (auto read = method->read(entry, reading); !read) return read.error();
  if (!definitions.find_resource(entry.type))
    return at(entry, "request.url", not_served(entry.type), "not-supported");
  if (auto checked = check_resource(entry, reading.resource); !checked) return checked.error();
  return entry;
}

// R4: the order of entries must not matter. So no two entries may write the same resource, have the same
// fullUrl, or create under the same condition.
Result<void> check_repeats(const std::vector<BundleEntry>& entries) {
  std::set<std::string> targets, urls, conditions;
  for (const BundleEntry& entry : entries) {
    if (entry.write && !targets.insert(entry.type + "/" + entry.write->id).second)
      return at(entry, "request.url", "another entry writes the same resource", "duplicate");
    if (!entry.full_url.empty() && !urls.insert(entry.full_url).second)
      return at(entry, "fullUrl", "another entry has the same", "duplicate");
    if (!entry.write || !entry.write->if_none_exist) continue;
    const auto& [system, value] = entry.write->if_none_exist->identifier;
    if (!conditions.insert(entry.type + "?" + system + "|" + value).second)
      return at(entry, "request.ifNoneExist", "another entry has the same condition", "duplicate");
  }
  return {};
}

}  // namespace

Result<void> check_bundle(Value bundle, const fhir::Definitions& definitions) {
  if (bundle["resourceType"].text() != "Bundle")
    return problem(Kind::incorrect, "a Bundle is expected here", "Bundle.resourceType", "structure");
  const std::string_view type = bundle["type"].text();
  if (type != "transaction" && type != "batch")
    return problem(Kind::incorrect, "must be transaction or batch", "Bundle.type", "value");
  if (bundle["entry"].items().size() > limits::bundle_entries_max)
    return problem(Kind::incorrect, fmt::format("more than {} entries", limits::bundle_entries_max),
                   "Bundle.entry", "too-long");
  // checked before resources are removed, because with_member() needs objects
  for (std::size_t i = 0; i < bundle["entry"].items().size(); ++i) {
    const Value entry = bundle["entry"].at(i);
    if (!entry.is_object())
      return problem(Kind::incorrect, "must be an object", fmt::format("Bundle.entry[{}]", i), "structure");
    if (!entry["request"])
      return problem(Kind::incorrect, "is missing", fmt::format("Bundle.entry[{}].request", i), "required");
  }
  return check_envelope(bundle, definitions);
}

std::string BundleEntry::place(std::string_view member) const {
  return fmt::format("Bundle.entry[{}].{}", index, member);
}

Result<std::vector<BundleEntry>> read_transaction(Value bundle, const fhir::Definitions& definitions,
                                                  const authoring::ServerNames& names) {
  std::vector<BundleEntry> entries;
  for (const Value value : bundle["entry"].items()) {
    auto entry = read_entry(value, entries.size(), definitions, names);
    if (!entry) return entry.error();
    entries.push_back(std::move(*entry));
  }
  if (auto checked = check_repeats(entries); !checked) return checked.error();
  return entries;
}

}  // namespace handoff::rest
