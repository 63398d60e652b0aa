// The file of registered clients as `handoff client` edits it (auth/client.h reads it): what others wrote into it stays, a
// change is on disk or did not happen, and two who edit at once come one after the other.
#pragma once

#include <filesystem>
#include <string_view>

#include "core/result.h"
#include "json/document.h"

namespace handoff::gateway {

class ClientFile {
 public:
  // A file that is not there is empty where `create` says so. Problem: not_found, incorrect, unavailable.
  static Result<ClientFile> open(const std::filesystem::path& file, bool create);
  ClientFile(ClientFile&&) noexcept;
  ~ClientFile();

  json::Value clients() const { return root_["clients"]; }
  json::Value find(std::string_view client_id) const;  // absent if there is none
  void put(json::Value client);                        // in the place of the one of its id, else at the end
  void remove(std::string_view client_id);
  json::Arena& arena() { return document_.arena(); }
  Result<void> save() const;  // comments go, everything else stays

 private:
  ClientFile() = default;
  std::filesystem::path file_;
  int lock_ = -1;
  json::Document document_;
  json::Value root_;
};

// Everything wrong with one client, each issue's expression its member: role, organization, purposes, scopes, keys.
Result<void> check_client(json::Value client);

}  // namespace handoff::gateway
