// `handoff review list|show|same|different|correct|split`: records that wait for a person to say whose they
// are. It uses /operator/reviews of a running gateway, else the store itself.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace handoff::gateway {

struct ReviewOptions {
  std::filesystem::path home;  // folder of the shipped files
  std::optional<std::filesystem::path> data,
      config;                     // a sandbox's folder, running or not; a configuration, not running
  std::optional<std::string> to;  // or a running gateway
  std::optional<std::filesystem::path> token_file, ca_file;
  std::string id;                   // the review's; for split, the Patient's
  std::string patient;              // same
  std::vector<std::string> fields;  // correct: FIELD=VALUE
  std::string reason;
  bool json = false;
};

// Exit codes: 0; 1 it was refused or could not be done; 2 the call was wrong. `action` is one of the words
// above.
int run_review(const std::string& action, const ReviewOptions& options);

}  // namespace handoff::gateway
