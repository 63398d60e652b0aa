// A partner's own client. It asks the gateway that sent a notification for what the notification names, with
// a token of the organization's registered client.
#pragma once

#include <filesystem>
#include <map>
#include <mutex>
#include <string>

#include "demo/notice.h"
#include "json/document.h"
#include "tools/client_token.h"

namespace handoff::gateway {

// Any thread; each thread brings its own http client.
class Puller {
 public:
  // Keys lie in `data` as <client_id>.jwk.json. `machine` tells when tokens expire.
  Puller(std::filesystem::path data, const Clock& machine) : data_(std::move(data)), machine_(machine) {}

  // Returns what the notice names, as one searchset in JSON. The notice must name something. Problem:
  // not_found (the organization has no client of its own, now or later), forbidden (a base that is not on
  // this machine), unavailable (a failure that may pass: no answer, no token, no 200).
  Result<std::string> pull(net::Client& http, const std::string& organization, const Notice& notice);

 private:
  Result<json::Document> find(net::Client& http, const std::string& organization, const std::string& base,
                              const std::string& search);
  // A token that is valid for a while yet. `fresh`: not the one that was just refused.
  Result<std::string> token(net::Client& http, const std::string& organization, const std::string& base,
                            bool fresh);
  Result<std::string> ask(net::Client& http, const std::string& organization, const std::string& base);

  const std::filesystem::path data_;
  const Clock& machine_;
  std::mutex mutex_;
  std::map<std::string, ClientToken> tokens_;  // by organization and base
};

}  // namespace handoff::gateway
