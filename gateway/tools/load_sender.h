// One connection of `handoff load`. It sends an item until the gateway takes it, refuses it for good, or
// cannot be used any more.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "net/client.h"
#include "tools/load_command.h"
#include "tools/load_source.h"

namespace handoff::gateway {

// The bearer token of all connections. Any thread.
class LoadTokens {
 public:
  explicit LoadTokens(const LoadOptions& options) : options_(options) {}
  // Problem: as of fetch_token(), or not_found (the file).
  Result<std::string> get();
  // The gateway did not accept `token`. Returns true if another token can be had.
  bool drop(const std::string& token);

 private:
  const LoadOptions& options_;
  std::mutex mutex_;
  std::optional<ClientToken> token_;
  bool dropped_ = false;  // the token before was not accepted either
};

struct Sent {
  enum class Fate { loaded, refused, given_up } fate = Fate::loaded;
  std::string why;
  std::size_t repeats = 0;
};

class LoadSender {
 public:
  LoadSender(const LoadOptions& options, LoadTokens& tokens);
  Sent send(const LoadItem& item);

 private:
  const LoadOptions& options_;
  LoadTokens& tokens_;
  net::Client client_;
};

// The status of an answer that refuses, with all of its issues: "401 ELEMENT: why".
std::string refusal_text(const net::Response& answer);

// The delay that an answer asks for. Without one, the delay doubles with every attempt (counted from 1). It
// is ten seconds at most.
std::chrono::milliseconds load_delay(const net::Response* answer, std::size_t attempt);

}  // namespace handoff::gateway
