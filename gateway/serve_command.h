// `handoff serve` and `handoff check`: a gateway by its configuration, until a signal ends it; SIGHUP reads everything anew.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace handoff::gateway {

struct ServeOptions {
  std::filesystem::path config;
  std::filesystem::path home;            // of the shipped files
  std::optional<std::string> log_level;  // stronger than the configuration's
};

// Exit code: 0 stopped by SIGTERM or SIGINT, 1 failed, 2 the configuration was wrong.
int run_serve(const ServeOptions& options);

// Everything that `serve` would refuse, one line a problem. `running`: a gateway runs by this configuration, so that its port
// and its store are taken; what a reload would refuse. Exit code: 0 (prints "ok"), 2.
int run_check(const ServeOptions& options, bool running);

}  // namespace handoff::gateway
