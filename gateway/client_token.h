// A token for a client of a gateway (SMART Backend Services): what `handoff token` prints and the partners pull with.
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
  Instant expires;  // by the clock that `now` came from
};

// `scope` and `purpose` empty: all that the client is registered with. Problem: unauthenticated (the gateway says no), and the client's.
Result<ClientToken> ask_token(net::Client& http, const auth::Key& key, std::string_view client_id, const std::string& token_url,
                              std::string_view scope, Instant now, std::string_view purpose = {});

}  // namespace handoff::gateway
