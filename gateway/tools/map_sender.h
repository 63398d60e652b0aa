// `handoff map run … --to URL`: sends files of records to a running gateway's intake. The intake maps them,
// knows who is who, and keeps the records that wait.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "core/result.h"
#include "net/client.h"
#include "tools/map_report.h"

namespace handoff::gateway {

struct MapTarget {
  std::string url;  // the gateway or its FHIR base, https
  std::filesystem::path token_file, ca_file;
  std::string mapping;  // its name at the gateway
};

class MapSender {
 public:
  // Problem: incorrect (the URL), not_found (the token's file).
  static Result<std::unique_ptr<MapSender>> open(const MapTarget& target);

  // Sends a file until the gateway has taken all of it. Problem: incorrect (the file, the mapping),
  // unavailable, unauthenticated.
  Result<void> send(const std::filesystem::path& file, MapReport& report);

 private:
  MapSender(std::string url, std::string token, net::ClientOptions options);

  std::string url_, token_;
  net::Client client_;
};

}  // namespace handoff::gateway
