#include "admission/canonical.h"

#include "json/writer.h"

namespace handoff::admission {
namespace {

using json::Arena;
using json::Value;

constexpr std::string_view time_placeholder = "0000-00-00T00:00:00.000Z";

}  // namespace

Canonical canonical(Value resource, std::string_view id, std::uint32_t version) {
  Canonical out;
  json::Writer writer(out.body);
  writer.begin_object().key("resourceType").text(resource["resourceType"].text()).key("id").text(id);
  writer.key("meta").begin_object().key("versionId").text(std::to_string(version)).key("lastUpdated");
  out.updated_offset = out.body.size() + 1;  // behind the quote
  writer.text(time_placeholder);
  for (const json::Member& member : resource["meta"].members())
    if (member.key != "versionId" && member.key != "lastUpdated") writer.key(member.key).value(member.value);
  writer.end_object();
  for (const json::Member& member : resource.members())
    if (member.key != "resourceType" && member.key != "id" && member.key != "meta")
      writer.key(member.key).value(member.value);
  writer.end_object();
  return out;
}

Value bare(Arena& arena, Value resource) {
  Value meta = json::with_member(arena, resource["meta"], "versionId", {});
  meta = json::with_member(arena, meta, "lastUpdated", {});
  return json::with_member(arena, resource, "meta", meta.size() > 0 ? meta : Value{});
}

}  // namespace handoff::admission
