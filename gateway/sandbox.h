// `handoff sandbox`: a whole exchange on one machine: gateway, partners, certificates, clients, program records taken in day
// by day on a simulated clock, deliveries, and a summary.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace handoff::gateway {

struct SandboxOptions {
  std::uint16_t port = 8443;                  // 0: any free one
  std::optional<std::filesystem::path> data;  // kept; none: a temporary folder, removed at the end
  std::filesystem::path records;              // folder of program records
  std::filesystem::path sample;               // the shipped records: their organizations where `records` names none
  std::filesystem::path mappings;
  std::filesystem::path routes;
  std::filesystem::path telling_names;  // table of what facilities tell
  std::filesystem::path tables;  // placeholders and nicknames
  std::string as_of = "2024-06-30T23:59:59-04:00";
  std::vector<std::filesystem::path> packages;  // FHIR packages that are known to the gateway
  bool empty = false;                           // no records, the machine's clock
  std::string started_as = "handoff";           // the program, as it was called
  bool once = false;                            // do the whole job, then end
  std::optional<std::filesystem::path> summary;
};

// Exit code: 0 done, 1 failed, 2 the call was wrong.
int run_sandbox(const SandboxOptions& options);

}  // namespace handoff::gateway
