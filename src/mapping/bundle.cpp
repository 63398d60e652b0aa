#include "mapping/bundle.h"

#include <fmt/format.h>

#include <map>

#include "core/hash.h"

namespace handoff::mapping {
namespace {

constexpr std::string_view base = "https://handoff.example.org/fhir/";

using References = std::map<std::string, std::string, std::less<>>;  // "Patient/abc" → fullUrl

// Names an entry within its Bundle only. The name means nothing outside of the Bundle.
std::string uuid_of(std::string_view id) {
  const std::string hex = id.size() == 32 ? std::string(id) : sha256_hex(id);
  return fmt::format("urn:uuid:{}-{}-{}-{}-{}", hex.substr(0, 8), hex.substr(8, 4), hex.substr(12, 4),
                     hex.substr(16, 4), hex.substr(20, 12));
}

// `value` with references to created Patients replaced by their fullUrls.
json::Value with_urls(json::Arena& arena, json::Value value, const References& urls) {
  if (value.is_array()) {
    std::vector<json::Value> items;
    for (const json::Value item : value.items()) items.push_back(with_urls(arena, item, urls));
    return arena.array(items);
  }
  if (!value.is_object()) return value;
  std::vector<json::Member> members;
  for (const json::Member& member : value.members()) {
    const auto url =
        member.key == "reference" && member.value.is_string() ? urls.find(member.value.text()) : urls.end();
    members.push_back(
        {member.key, url == urls.end() ? with_urls(arena, member.value, urls) : arena.string(url->second)});
  }
  return arena.object(members);
}

json::Value object(json::Arena& arena, std::initializer_list<json::Member> members) {
  return arena.object(std::span(members.begin(), members.size()));
}

json::Value created(json::Arena& arena, const Entry& entry, json::Value resource) {
  const std::string condition = fmt::format("identifier={}|{}", entry.key.system, entry.key.value);
  return object(arena, {{"fullUrl", arena.string(uuid_of(entry.id))},
                        {"resource", json::with_member(arena, resource, "id", {})},
                        {"request", object(arena, {{"method", arena.string("POST")},
                                                   {"url", arena.string(entry.type)},
                                                   {"ifNoneExist", arena.string(condition)}})}});
}

json::Value updated(json::Arena& arena, const Entry& entry, json::Value resource) {
  const std::string reference = entry.type + "/" + entry.id;
  return object(
      arena,
      {{"fullUrl", arena.string(std::string(base) + reference)},
       {"resource", resource},
       {"request", object(arena, {{"method", arena.string("PUT")}, {"url", arena.string(reference)}})}});
}

}  // namespace

json::Value to_transaction(json::Arena& arena, const Mapped& mapped) {
  const auto is_created = [](const Entry& entry) { return entry.type == "Patient" && !entry.amends; };
  References urls;
  for (const Entry& entry : mapped.entries)
    if (is_created(entry)) urls.emplace("Patient/" + entry.id, uuid_of(entry.id));
  std::vector<json::Value> entries;
  for (const Entry& entry : mapped.entries) {
    const json::Value resource = with_urls(arena, entry.resource, urls);
    entries.push_back(is_created(entry) ? created(arena, entry, resource) : updated(arena, entry, resource));
  }
  return object(arena, {{"resourceType", arena.string("Bundle")},
                        {"type", arena.string("transaction")},
                        {"entry", arena.array(entries)}});
}

}  // namespace handoff::mapping
