#include "admission/canonical.h"

#include <fmt/format.h>

#include "json/document.h"

namespace handoff::admission {
namespace {

using json::Arena;
using json::Value;

constexpr std::string_view time_placeholder = "0000-00-00T00:00:00.000Z";

}  // namespace

Canonical canonical(Value resource, std::string_view id, std::uint32_t version) {
  Canonical out;
  out.body = fmt::format(R"({{"resourceType":"{}","id":"{}","meta":{{"versionId":"{}","lastUpdated":")",
                         resource["resourceType"].text(), id, version);
  out.updated_offset = out.body.size();
  out.body += fmt::format("{}\"", time_placeholder);
  const auto append = [&out](const json::Member& member) {
    out.body += fmt::format(",\"{}\":", member.key);
    json::write(member.value, out.body);
  };
  for (const json::Member& member : resource["meta"].members())
    if (member.key != "versionId" && member.key != "lastUpdated") append(member);
  out.body += '}';
  for (const json::Member& member : resource.members())
    if (member.key != "resourceType" && member.key != "id" && member.key != "meta") append(member);
  out.body += '}';
  return out;
}

Value bare(Arena& arena, Value resource) {
  Value meta = json::with_member(arena, resource["meta"], "versionId", {});
  meta = json::with_member(arena, meta, "lastUpdated", {});
  return json::with_member(arena, resource, "meta", meta.size() > 0 ? meta : Value{});
}

}  // namespace handoff::admission
