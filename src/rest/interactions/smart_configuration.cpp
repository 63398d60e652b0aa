// /.well-known/smart-configuration (SMART App Launch 2, "Conformance"): the parts of SMART that run here.
#include "auth/jose.h"
#include "json/document.h"
#include "rest/http/build.h"
#include "rest/http/interaction.h"

namespace handoff::rest {

Step smart_configuration(const Context& context, Call&) {
  json::Arena arena;
  const auto texts = [&arena](std::initializer_list<std::string_view> all) {
    std::vector<json::Value> items;
    for (const auto each : all) items.push_back(arena.string(each));
    return arena.array(items);
  };
  const json::Value body = object(
      arena, {{"token_endpoint", arena.string(context.base_url + "/auth/token")},
              {"token_endpoint_auth_methods_supported", texts({"private_key_jwt"})},
              {"token_endpoint_auth_signing_alg_values_supported", texts({auth::es384, auth::rs384})},
              {"grant_types_supported", texts({"client_credentials"})},
              {"scopes_supported", texts({"system/*.cruds", "system/*.rs", "system/*.r"})},
              {"capabilities", texts({"client-confidential-asymmetric", "permission-v1", "permission-v2"})}});
  return net::Response{
      200, {{"Content-Type", "application/json"}, {"Cache-Control", "no-cache"}}, json::write(body)};
}

}  // namespace handoff::rest
