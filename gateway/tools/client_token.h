// A token for a client of a gateway (SMART Backend Services). `handoff token` prints it, and the partners
// pull with it.
#pragma once

#include <string>
#include <string_view>

#include "auth/jose.h"
#include "core/clock.h"
#include "core/result.h"
#include "net/client.h"

namespace handoff::gateway {

struct ClientToken {
  std::string access_token;
  Instant expires;  // by the clock that gave `now`
};

// An empty `scope` or `purpose` asks for all that the client is registered with. Problem: unauthenticated
// (the gateway refuses), and those of net::Client::send().
Result<ClientToken> ask_token(net::Client& http, const auth::Key& key, std::string_view client_id,
                              const std::string& token_url, std::string_view scope, Instant now,
                              std::string_view purpose = {});

}  // namespace handoff::gateway
