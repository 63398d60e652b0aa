#include "auth/token.h"
#include "targets.h"

namespace handoff::fuzz {
namespace {

class Stopped final : public Clock {
 public:
  Instant now() const override {
    return Instant{std::chrono::seconds{1'719'763'200}};
  }  // 30 June 2024, 16:00 UTC
};

constexpr std::string_view audience = "https://gateway.example.org/auth/token";

const auth::Key& key() {
  static const auth::Key one = auth::Key::generate("one");
  return one;
}

std::vector<auth::Client> clients() {
  auth::Client plan;
  plan.client_id = plan.name = "plan";
  plan.organization = "Organization/plan";
  plan.role = "mcp";
  plan.purposes = {"TREAT", "HOPERAT"};
  plan.scopes = {"system/*.rs", "system/Patient.cru"};
  plan.keys = {key()};
  return {plan};
}

// Each input gets a fresh service, so that the token of one input does not affect another.
void try_assertion(const std::string& assertion, bool is_ours) {
  static const Stopped clock;
  auth::TokenService service{std::string(audience), clock};
  service.set_clients(clients());
  const auth::TokenRequest request{
      "client_credentials", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer", assertion, {}};
  const auto issued = service.exchange(request);
  if (!issued) {
    require(issued.error().kind == Kind::unauthenticated || issued.error().kind == Kind::incorrect,
            "refused as if it were our fault");
    return;
  }
  require(is_ours, "an assertion was accepted that nobody signed");
  const auto requester = service.authenticate("Bearer " + issued->access_token);
  require(requester.has_value() && requester->client_id == "plan", "a token of somebody else");
  for (const auto& purpose : requester->purposes)
    require(purpose == "TREAT" || purpose == "HOPERAT", "a purpose that is not registered");
  require(!service.exchange(request).has_value(), "an assertion served twice");
}

}  // namespace

void try_jwt(std::string_view text) {
  try_assertion(std::string(text), false);
  if (const auto jws = auth::decode_jws(text)) {
    require(text.starts_with(jws->signed_part + "."), "another part was signed");
    require(jws->header.root().is_object() && jws->claims.root().is_object(), "no objects");
    require(!key().verify(jws->signed_part, jws->signature), "a signature was accepted that nobody made");
  }
  if (!text.starts_with('{')) return;
  try_assertion(auth::encode_jws(key(), text), true);
  if (const auto read = auth::read_clients(text))
    for (const auto& client : *read) require(!client.client_id.empty(), "a client without an id");
  if (const auto jwk = json::parse(text))
    if (const auto made = auth::Key::from_jwk(jwk->root()))
      require(json::parse(made->to_jwk(true)).has_value(), "a key is written as no JSON");
}

}  // namespace handoff::fuzz
