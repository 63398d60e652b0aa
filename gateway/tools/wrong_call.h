// What the program answers to a call that it does not understand.
#pragma once

#include <CLI/CLI.hpp>

namespace handoff::gateway {

// Reports a wrong call in one line: where it is wrong, how, and where help is. Returns the exit code.
int refuse_call(const CLI::App& app, const CLI::ParseError& error);

}  // namespace handoff::gateway
