// What If-None-Exist says (R4 "http", conditional create): a search of the type that is created. Clients write it as query alone,
// "identifier=…", as a relative address, "Patient?identifier=…", or as a whole one of this server.
#pragma once

#include <string>
#include <string_view>

#include "core/result.h"

namespace handoff::rest {

// How this server is called: by itself, and by who asks (Host), who may have come another way.
struct ServerNames {
  std::string_view base_url;  // "https://127.0.0.1:8443"
  std::string_view host;      // "localhost:8443"; empty: nobody said
};

// The query in it. Problem: incorrect (it names another type, or another server), at `expression`.
Result<std::string_view> condition_query(std::string_view condition, std::string_view type, const ServerNames& names, std::string expression);

}  // namespace handoff::rest
