// A running gateway as the commands of operators ask it: /operator/… with a bearer token.
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
  // `origin` is "https://host:port"; `ca_file` empty: the system's authorities.
  OperatorClient(std::string origin, std::string token, const std::filesystem::path& ca_file);
  // By --to, --token and --cacert. Problem: incorrect (no address, no token), not_found, forbidden (the token's file).
  static Result<OperatorClient> open(std::string to, const std::optional<std::filesystem::path>& token_file,
                                     const std::optional<std::filesystem::path>& ca_file);

  // A body makes it a POST. JSON as the gateway answers it. Problem: what its OperationOutcome says; incorrect, at "--token", where the
  // token is of nobody who may ask.
  Result<std::string> ask(const std::string& path, const std::string& body = {});

 private:
  std::string origin_, token_;
  std::unique_ptr<net::Client> client_;
};

// No answer came, for this reason: with the address, and what may help.
Problem unreachable(const std::string& url, const Problem& why);

}  // namespace handoff::gateway
