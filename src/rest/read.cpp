// read and vread (R4 "http"): one resource by its id, as the gate discloses it; conditional reads.
#include "core/text.h"
#include "rest/http_date.h"
#include "rest/permission.h"

namespace handoff::rest {
namespace {

bool is_unmodified(const net::Request& request, const disclosure::Disclosed& resource) {
  const std::string_view known = request.header("If-None-Match");
  if (!known.empty()) {
    for (const auto tag : split(known, ','))
      if (trim(tag) == "*" || version_in_etag(tag) == resource.tag()) return true;
    return false;  // If-Modified-Since counts only where there is no If-None-Match (RFC 9110, section 13.2.2)
  }
  const auto since = parse_http_date(request.header("If-Modified-Since"));
  return since && std::chrono::floor<std::chrono::seconds>(resource.updated()) <= *since;
}

net::Response resource_answer(const net::Request& request, disclosure::Disclosed resource) {
  net::Response response;
  response.headers = {{"ETag", format_etag(resource.tag())}, {"Last-Modified", format_http_date(resource.updated())}};
  if (is_unmodified(request, resource)) {
    response.status = 304;
    return response;
  }
  response.headers.emplace_back("Content-Type", fhir_json);
  response.body = std::move(resource).take();
  return response;
}

void disclose(const Context& context, Call call, disclosure::ReadRequest wanted, Answer answer) {
  if (auto allowed = check_reader(call.requester, wanted.type, wanted.id); !allowed) return answer(failure(allowed.error()));
  context.gate.read(call.requester, wanted,
                    [request = std::move(call.request), answer = std::move(answer)](Result<disclosure::Disclosed> result) {
                      answer(result ? resource_answer(request, std::move(*result)) : failure(result.error()));
                    });
}

}  // namespace

void read(const Context& context, Call call, Answer answer) {
  disclosure::ReadRequest wanted{call.values[0], call.values[1]};
  disclose(context, std::move(call), std::move(wanted), std::move(answer));
}

void vread(const Context& context, Call call, Answer answer) {
  disclosure::ReadRequest wanted{call.values[0], call.values[1], call.values[2]};
  disclose(context, std::move(call), std::move(wanted), std::move(answer));
}

}  // namespace handoff::rest
