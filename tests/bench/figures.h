// The figures of a run: what the gateway needs, what the limit beside it needs, and the ratio that the design
// asks for.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "load.h"

namespace handoff::bench {

struct Settings {
  std::filesystem::path data;
  std::vector<std::size_t> sizes = {10'000, 100'000};
  std::size_t rounds = 5;
  std::chrono::milliseconds round_length{800};
  std::string only;  // figures with this in their name; empty: all
};

// One line of the table. A number that a figure does not have is absent.
struct Figure {
  std::string name;
  std::string ours, limit;      // with their units
  std::optional<double> ratio;  // as the target means it
  std::string target;           // from the design, section 11
  std::optional<bool> reached;
};

void print_table(const std::vector<Figure>& figures);

double median(std::vector<double> values);

class Run {
 public:
  explicit Run(Settings settings);
  ~Run();
  std::vector<Figure> all();

 private:
  struct Limits;
  struct Against {
    std::string limit;  // "L1"
    double least = 0;   // for the ratio limit / ours
  };
  bool wanted(const std::string& name) const;
  std::filesystem::path scratch_of(std::size_t resources);  // a fresh copy of a prepared store
  std::unique_ptr<ServerProcess> gateway(const std::filesystem::path& store,
                                         const std::filesystem::path& package = {}) const;
  void pairs(const std::string& name, const ServerProcess& server, Load load, const Against& against);

  void of_store(std::size_t resources);
  void reads(std::size_t resources, const ServerProcess& server);
  void searches(std::size_t resources, const ServerProcess& server);
  void writes(std::size_t resources, const ServerProcess& server);
  void lone_create(std::size_t resources, const ServerProcess& server, const std::string& token);
  void transactions(std::size_t resources, const ServerProcess& server, const std::string& token);
  void start(std::size_t resources);
  void start_with(const std::string& package);
  double start_ms(const std::filesystem::path& store, const std::filesystem::path& package,
                  double& memory_mb) const;
  void storage(std::size_t resources);
  void limits_alone();
  void expressions();
  void validations();

  const Settings settings_;
  std::unique_ptr<Client> client_;
  std::unique_ptr<Limits> limits_;
  std::vector<Figure> figures_;
  std::uint64_t made_ = 0;  // resources written, so that identifiers stay unique
};

}  // namespace handoff::bench
