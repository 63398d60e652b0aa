// read and vread (R4 "http"): one resource by its id, as the gate discloses it; conditional reads. A Binary
// also in its own media type (R4 "binary", RESTful).
#include <algorithm>

#include "core/text.h"
#include "disclosure/read.h"
#include "rest/http/http_date.h"
#include "rest/http/interaction.h"
#include "rest/http/media.h"
#include "rest/http/permission.h"

namespace handoff::rest {
namespace {

bool is_unmodified(const net::Request& request, const disclosure::Disclosed& resource) {
  const std::string_view known = request.header("If-None-Match");
  if (!known.empty()) {
    for (const auto tag : split(known, ','))
      if (trim(tag) == "*" || version_in_etag(tag) == resource.tag()) return true;
    return false;  // If-None-Match overrides If-Modified-Since (RFC 9110, section 13.2.2)
  }
  const auto since = parse_http_date(request.header("If-Modified-Since"));
  return since && is_unmodified_since(resource.updated(), *since);
}

Step answer(const Context& context, const Call& call, disclosure::Disclosed resource,
            const net::Headers& of_content) {
  net::Response head{200,
                     {{"ETag", format_etag(resource.tag())},
                      {"Last-Modified", format_last_modified(resource.updated(), context.gate.now())}},
                     {}};
  if (is_unmodified(call.request, resource))
    return Record{resource.take_entries(), {304, std::move(head.headers), {}}};
  head.headers.insert(head.headers.end(), of_content.begin(), of_content.end());
  return rest::disclose(std::move(head), std::move(resource));
}

// Nothing but printable ASCII, so that it can be a header.
bool is_media_type_text(std::string_view text) {
  return text.find('/') != text.npos &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

// A browser must not take what somebody has stored for a page of this server.
net::Headers content_headers(const std::string& media_type) {
  return {{"Content-Type", is_media_type_text(media_type) ? media_type : "application/octet-stream"},
          {"Content-Disposition", "attachment"},
          {"Content-Security-Policy", "default-src 'none'; sandbox"},
          {"X-Content-Type-Options", "nosniff"}};
}

Step disclose_content(const Context& context, const Call& call, const disclosure::ReadRequest& wanted) {
  auto content = disclosure::read_content(context.gate, call.requester, wanted);
  if (!content) return content.error();
  if (auto accepted = check_content_accepted(call, content->media_type); !accepted) return accepted.error();
  return answer(context, call, std::move(content->bytes), content_headers(content->media_type));
}

Step disclose(const Context& context, const Call& call, const disclosure::ReadRequest& wanted) {
  if (auto allowed = check_reader(call.requester, wanted.type, wanted.id); !allowed) return allowed.error();
  if (wanted.type == "Binary" && wants_content(call)) return disclose_content(context, call, wanted);
  auto resource = disclosure::read(context.gate, call.requester, wanted);
  if (!resource) return resource.error();
  return answer(context, call, std::move(*resource), {{"Content-Type", std::string(fhir_json)}});
}

}  // namespace

Step read(const Context& context, Call& call) {
  return disclose(context, call, {call.values[0], call.values[1]});
}

Step vread(const Context& context, Call& call) {
  return disclose(context, call, {call.values[0], call.values[1], call.values[2], {}, call.request.deadline});
}

}  // namespace handoff::rest
