// How the commands of operators ask a running gateway: /operator/… with a bearer token.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "core/result.h"
#include "net/client.h"

namespace handoff::gateway {

class OperatorClient {
 public:
  // `origin` is "https://host:port". If `ca_file` is empty, the system's authorities count.
  OperatorClient(std::string origin, std::string token, const std::filesystem::path& ca_file);
  // From --to, --token and --cacert. Problem: incorrect (no address, no token), not_found, forbidden (the
  // token's file).
  static Result<OperatorClient> open(std::string to, const std::optional<std::filesystem::path>& token_file,
                                     const std::optional<std::filesystem::path>& ca_file);

  // With a body it is a POST. Returns JSON as the gateway answers it. Problem: what its OperationOutcome
  // says; incorrect, at "--token", if the token's owner may not ask.
  Result<std::string> ask(const std::string& path, const std::string& body = {});

 private:
  std::string origin_, token_;
  std::unique_ptr<net::Client> client_;
};

// The problem that no answer came for the reason `why`, with the address and with what may help.
Problem unreachable(const std::string& url, const Problem& why);

}  // namespace handoff::gateway
