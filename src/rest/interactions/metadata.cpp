// capabilities (R4 "http"): the CapabilityStatement. `mode` may be ignored, and it is: there is one
// statement.
#include <algorithm>
#include <iterator>

#include "core/text.h"
#include "net/content_coding.h"
#include "rest/http/build.h"
#include "rest/http/interaction.h"
#include "rest/http/media.h"

namespace handoff::rest {
namespace {

constexpr std::string_view modes[] = {"full", "normative", "terminology"};

Result<void> check_parameters(const Call& call) {
  for (const auto& [name, value] : call.query) {
    if (is_general(name)) continue;
    if (name != "mode")
      return problem(Kind::incorrect, "the parameter " + shown_text(name) + " is not served here",
                     "http." + shown_text(name), "not-supported");
    if (std::find(std::begin(modes), std::end(modes), value) == std::end(modes))
      return problem(Kind::incorrect, "must be full, normative or terminology", "http.mode", "value");
  }
  return {};
}

}  // namespace

Step metadata(const Context& context, Call& call) {
  if (auto checked = check_parameters(call); !checked) return checked.error();
  const net::AcceptedCoding accepted = net::accepted_coding(call.request);
  if (accepted == net::AcceptedCoding::gzip || accepted == net::AcceptedCoding::gzip_only)
    return net::Response{200,
                         {{"Content-Type", std::string(fhir_json)}, {"Content-Encoding", "gzip"}},
                         context.capability_statement_packed.of(context.capability_statement)};
  return net::Response{200, {{"Content-Type", std::string(fhir_json)}}, context.capability_statement};
}

}  // namespace handoff::rest
