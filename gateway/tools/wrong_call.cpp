#include "tools/wrong_call.h"

#include <fmt/format.h>

#include "tools/nearest_word.h"

namespace handoff::gateway {
namespace {

const CLI::App* chosen_command(const CLI::App& app, std::string& name) {
  const CLI::App* at = &app;
  name = "handoff";
  while (!at->get_subcommands().empty()) {
    at = at->get_subcommands().front();
    name += " " + at->get_name();
  }
  return at;
}

// The words that fit in the place of a wrong word: options of the command and of those above it, or its own
// commands.
std::vector<std::string> known_words(const CLI::App* command, bool options) {
  std::vector<std::string> words;
  if (!options)
    for (const CLI::App* each : command->get_subcommands({})) words.push_back(each->get_name());
  if (!options && !command->get_parent()) words.emplace_back("help");
  for (const CLI::App* at = command; options && at; at = at->get_parent())
    for (const CLI::Option* option : at->get_options())
      for (const std::string& name : option->get_lnames()) words.push_back("--" + name);
  return words;
}

}  // namespace

int refuse_call(const CLI::App& app, const CLI::ParseError& error) {
  std::string command;
  const CLI::App* const chosen = chosen_command(app, command);
  const std::vector<std::string> unknown = app.remaining(true);
  const auto kind = [](const std::string& text) {
    return text.starts_with("-") ? "option" : "command or argument";
  };
  if (unknown.empty() && chosen->get_require_subcommand_min() > 0)
    return fmt::print(stderr, "{}", chosen->help(command.substr(0, command.rfind(' ')))), 2;
  const std::string meant =
      unknown.empty() ? ""
                      : nearest_word(unknown.front(), known_words(chosen, unknown.front().starts_with("-")));
  if (!meant.empty())
    return fmt::print(stderr, "{}: there is no {} \"{}\"; did you mean {}?\n", command, kind(unknown.front()),
                      unknown.front(), meant),
           2;
  const std::string why = unknown.empty()
                              ? error.what()
                              : fmt::format("there is no {} \"{}\"", kind(unknown.front()), unknown.front());
  fmt::print(stderr, "{}: {} (see {} --help)\n", command, why, command);
  return 2;
}

}  // namespace handoff::gateway
