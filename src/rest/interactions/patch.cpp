// patch (R4 "http", patch): a resource changed by a JSON Patch. It is the same as to read the resource, to
// change what was read, and to update it. So a patch finds nothing that its sender cannot read. Guarded with
// If-Match.
#include "rest/interactions/patch.h"

#include <memory>

#include "json/patch.h"
#include "rest/http/media.h"
#include "rest/interactions/write.h"

namespace handoff::rest {
namespace {

Result<json::Value> patched(json::Arena& arena, json::Value current, json::Value patch,
                            const std::string& place) {
  auto made = json::apply_patch(arena, current, patch);
  if (!made) {
    Problem why = made.error();
    why.issues.front().expression = place + why.issues.front().expression;
    return why;
  }
  for (const char* member : {"resourceType", "id"})
    if (!json::equal((*made)[member], current[member]))
      return problem(Kind::unprocessable, "a patch changes neither the type nor the id of a resource", place,
                     "value");
  return made;
}

Result<WriteRequest> read_patch(const Call& call) {
  auto begun = begin_change(call, admission::Method::update);
  if (!begun) return begun.error();
  WriteRequest wanted = std::move(*begun);
  authoring::Entry& entry = wanted.entry;
  if (!is_media_type(call.request.header("Content-Type"), json_patch_type))
    return problem(Kind::unsupported, "a patch must be " + std::string(json_patch_type),
                   std::string(at_content_type));
  if (auto allowed = authoring::check_writer(call.requester, entry.type); !allowed) return allowed.error();
  auto derive = read_json_patch(call.request.body, "http.body");
  if (!derive) return derive.error();
  entry.derive = std::move(*derive);
  if (auto read = read_if_match(call, entry); !read) return read.error();
  return wanted;
}

}  // namespace

Result<authoring::Derive> read_json_patch(std::string_view text, std::string place) {
  auto parsed = json::parse(text);
  if (!parsed) return parsed.error();
  const auto patch = std::make_shared<const json::Document>(std::move(*parsed));
  return [patch, place = std::move(place)](json::Arena& arena, json::Value current) {
    return patched(arena, current, patch->root(), place);
  };
}

Step patch(const Context& context, Call& call) {
  const auto wanted = read_patch(call);
  if (!wanted) return wanted.error();
  return write(context, call, *wanted);
}

}  // namespace handoff::rest
