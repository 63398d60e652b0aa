#include "disclosure/view_version.h"

#include <vector>

#include "core/civil.h"
#include "core/hash.h"
#include "json/document.h"

namespace handoff::disclosure {
namespace {

using json::Arena;
using json::Member;
using json::Value;

constexpr std::size_t digits = 32;  // of the hash: enough that no two views can be found that share them

bool tells_version(const Member& member) { return member.key == "versionId" || member.key == "lastUpdated"; }

}  // namespace

std::string version_of_part(Arena& arena, Value view) {
  std::vector<Member> rest;
  for (const Member& member : view["meta"].members())
    if (!tells_version(member)) rest.push_back(member);
  const Value bare = json::with_member(arena, view, "meta", rest.empty() ? Value{} : arena.object(rest));
  return "v" + sha256_hex(json::write(bare)).substr(0, digits);
}

Value with_version(Arena& arena, Value view, const std::string& version, Instant updated) {
  std::vector<Member> meta{{"versionId", arena.string(version)},
                           {"lastUpdated", arena.string(format_instant(updated))}};
  for (const Member& member : view["meta"].members())
    if (!tells_version(member)) meta.push_back(member);
  // In the order of stored bytes: type and id, then meta.
  std::vector<Member> members{
      {"resourceType", view["resourceType"]}, {"id", view["id"]}, {"meta", arena.object(meta)}};
  for (const Member& member : view.members())
    if (member.key != "resourceType" && member.key != "id" && member.key != "meta") members.push_back(member);
  return arena.object(members);
}

}  // namespace handoff::disclosure
