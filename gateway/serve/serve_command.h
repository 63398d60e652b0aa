// `handoff serve` runs a gateway by its configuration until a signal ends it; SIGHUP reads everything again.
// `handoff check` only checks the configuration.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace handoff::gateway {

struct ServeOptions {
  std::filesystem::path config;
  std::filesystem::path home;            // folder of the shipped files
  std::optional<std::string> log_level;  // overrides the configuration's
};

// Exit code: 0 stopped by SIGTERM or SIGINT, 1 failed, 2 the configuration was wrong.
int run_serve(const ServeOptions& options);

// Prints everything that `serve` would refuse, one line for each problem. `running`: a gateway runs by this
// configuration, so that its port and its store are taken. Then it prints what a reload would refuse. Exit
// code: 0 (prints "ok"), 2.
int run_check(const ServeOptions& options, bool running);

}  // namespace handoff::gateway
