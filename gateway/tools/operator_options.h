// The operators' commands on the command line: review, ledger, delivery.
#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <optional>
#include <string>

#include "tools/audit_access.h"
#include "tools/review_command.h"

namespace handoff::gateway {

template <class T>
CLI::Option* add_optional(CLI::App* command, const std::string& name, std::optional<T>& value,
                          const std::string& help) {
  return command->add_option_function<std::string>(
      name, [&value](const std::string& text) { value = T(text); }, help);
}

struct OperatorCall {
  ReviewOptions review;
  AuditOptions ledger, delivery;
};

// `call` lives as long as `app`. `home` is the folder of the shipped files.
void define_operator_commands(CLI::App& app, OperatorCall& call, const std::filesystem::path& home);
// Returns the exit code of the command that was called; nothing if it was another one.
std::optional<int> run_operator_command(const CLI::App& app, const OperatorCall& call);

}  // namespace handoff::gateway
