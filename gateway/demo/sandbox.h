// `handoff sandbox`: a whole exchange on one machine, with gateway, partners, certificates and clients. It
// takes in program records day by day on a simulated clock, delivers, and ends with a summary.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace handoff::gateway {

struct SandboxOptions {
  std::uint16_t port = 8443;                  // 0: any free port
  std::optional<std::filesystem::path> data;  // is kept; none: a temporary folder, removed at the end
  std::filesystem::path records;              // folder of program records
  std::filesystem::path sample;  // the shipped records: their organizations count if `records` names none
  std::filesystem::path mappings;
  std::filesystem::path routes;
  std::filesystem::path telling_names;  // table of what names of facilities reveal
  std::filesystem::path tables;         // placeholders and nicknames
  std::string as_of = "2024-06-30T23:59:59-04:00";
  std::vector<std::filesystem::path> packages;  // FHIR packages that the gateway knows
  bool empty = false;                           // no records, and the machine's clock
  std::string started_as = "handoff";           // the program's name in the call
  bool once = false;                            // do the whole job, then end
  std::optional<std::filesystem::path> summary;
};

// Exit code: 0 done, 1 failed, 2 the call was wrong.
int run_sandbox(const SandboxOptions& options);

}  // namespace handoff::gateway
