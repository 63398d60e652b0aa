// What the sandbox prints for people when it is ready: where it listens, a line to paste for each kind of
// user, and where to see what arrived and what did not.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "demo/sandbox_clients.h"
#include "demo/summary.h"
#include "store/snapshot.h"

namespace handoff::gateway {

struct Welcome {
  std::filesystem::path data;
  std::string base;     // "https://127.0.0.1:8443/fhir"
  std::string program;  // as it can be called from any folder
  Instant now;          // by the gateway's clock
  bool is_kept = false;
  bool has_jq = false;
};

// A program found on PATH keeps its name. Any other gets its absolute path.
std::string callable(const std::string& started_as);

bool is_on_path(std::string_view program);

// Ten lines about what was done. Then a line to paste into any shell, for each kind of user that exists.
std::string welcome_text(const Welcome& welcome, const std::vector<SandboxClient>& clients,
                         const Summary& summary, const store::Snapshot& snapshot);

// What a signal stops, and what becomes of the folder.
std::string farewell_text(const std::filesystem::path& data, bool is_kept);

}  // namespace handoff::gateway
