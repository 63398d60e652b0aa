// Measures the figures of the design: the gateway and the limits of the machine in turn (tests/bench/run).
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <exception>

#include "figures.h"
#include "fixed_server.h"
#include "gateway_server.h"

namespace {

using namespace handoff::bench;

// A run starts its servers from this program, too.
bool serve(const std::vector<std::string>& words) {
  if (words.size() == 4 && words[1] == "gateway") serve_gateway(words[2], words[3]);
  else if (words.size() == 5 && words[1] == "gateway") serve_gateway(words[2], words[3], words[4]);
  else if (words.size() == 4 && words[1] == "fixed") serve_fixed(std::stoul(words[2]), words[3]);
  else return false;
  return true;
}

}  // namespace

int main(int argc, char** argv) try {
  if (serve({argv, argv + argc})) return 0;
  CLI::App app("Figures of the gateway beside the limits of the machine");
  Settings settings;
  bool quick = false, full = false;
  std::size_t round_ms = 800;
  app.add_option("--data", settings.data, "Folder where the stores of the runs are kept")->required();
  app.add_option("--only", settings.only, "Figures whose name contains this");
  auto* sizes = app.add_option("--sizes", settings.sizes, "Resources in the stores")->capture_default_str();
  auto* rounds = app.add_option("--rounds", settings.rounds, "Rounds of each figure")
                     ->capture_default_str()
                     ->check(CLI::PositiveNumber);
  auto* length = app.add_option("--round-ms", round_ms, "Length of a round")
                     ->capture_default_str()
                     ->check(CLI::PositiveNumber);
  app.add_flag("--quick", quick, "10,000 resources, three short rounds");
  app.add_flag("--full", full, "One million resources too");
  CLI11_PARSE(app, argc, argv);
  if (quick && sizes->empty()) settings.sizes = {10'000};
  if (quick && rounds->empty()) settings.rounds = 3;
  if (quick && length->empty()) round_ms = 400;
  settings.round_length = std::chrono::milliseconds(round_ms);
  if (full) settings.sizes.push_back(1'000'000);
  print_table(Run(settings).all());
  return 0;
} catch (const std::exception& e) {
  fmt::print(stderr, "bench: {}\n", e.what());
  return 1;
}
