// capabilities (R4 "http"): the CapabilityStatement.
#include "net/content_coding.h"
#include "rest/http/build.h"
#include "rest/http/interaction.h"

namespace handoff::rest {

Step metadata(const Context& context, Call& call) {
  const net::AcceptedCoding accepted = net::accepted_coding(call.request);
  if (accepted == net::AcceptedCoding::gzip || accepted == net::AcceptedCoding::gzip_only)
    return net::Response{200,
                         {{"Content-Type", std::string(fhir_json)}, {"Content-Encoding", "gzip"}},
                         context.capability_statement_packed.of(context.capability_statement)};
  return net::Response{200, {{"Content-Type", std::string(fhir_json)}}, context.capability_statement};
}

}  // namespace handoff::rest
