// The file of registered clients as `handoff client` edits it (auth/client.h reads it). What others wrote
// into it stays. A change is on disk or did not happen. Two edits at the same time run one after the other.
#pragma once

#include <filesystem>
#include <string_view>

#include "core/result.h"
#include "json/document.h"

namespace handoff::gateway {

class ClientFile {
 public:
  // With `create`, a file that does not exist counts as empty. Problem: not_found, incorrect, unavailable.
  static Result<ClientFile> open(const std::filesystem::path& file, bool create);
  ClientFile(ClientFile&&) noexcept;
  ~ClientFile();

  json::Value clients() const { return root_["clients"]; }
  json::Value find(std::string_view client_id) const;  // absent if there is none
  void put(json::Value client);  // replaces the client with its id, else is added at the end
  void remove(std::string_view client_id);
  json::Arena& arena() { return document_.arena(); }
  Result<void> save() const;  // comments are lost, everything else stays

 private:
  ClientFile() = default;
  std::filesystem::path file_;
  int lock_ = -1;
  json::Document document_;
  json::Value root_;
};

// All faults of one client. Each issue's expression is its member: client_id, role, organization, purposes,
// scopes, jwks.
Result<void> check_client(json::Value client);

}  // namespace handoff::gateway
