// read and vread (R4 "http"): one resource by its id, as the gate discloses it; conditional reads.
#include "disclosure/read.h"
#include "core/text.h"
#include "rest/http/http_date.h"
#include "rest/http/interaction.h"
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
  return since && std::chrono::floor<std::chrono::seconds>(resource.updated()) <= *since;
}

Step disclose(const Context& context, const Call& call, const disclosure::ReadRequest& wanted) {
  if (auto allowed = check_reader(call.requester, wanted.type, wanted.id); !allowed) return allowed.error();
  auto resource = disclosure::read(context.gate, call.requester, wanted);
  if (!resource) return resource.error();
  net::Response head{
      200,
      {{"ETag", format_etag(resource->tag())}, {"Last-Modified", format_http_date(resource->updated())}},
      {}};
  if (is_unmodified(call.request, *resource))
    return Record{resource->take_entries(), {304, std::move(head.headers), {}}};
  head.headers.emplace_back("Content-Type", fhir_json);
  return rest::disclose(std::move(head), std::move(*resource));
}

}  // namespace

Step read(const Context& context, Call& call) {
  return disclose(context, call, {call.values[0], call.values[1]});
}

Step vread(const Context& context, Call& call) {
  return disclose(context, call, {call.values[0], call.values[1], call.values[2], {}, call.request.deadline});
}

}  // namespace handoff::rest
