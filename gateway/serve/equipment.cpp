#include "serve/equipment.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "core/civil.h"
#include "core/hash.h"
#include "mapping/mapping.h"
#include "net/certificate.h"
#include "net/server.h"
#include "serve/files.h"
#include "serve/keys.h"
#include "serve/required_profiles.h"
#include "serve/route_files.h"
#include "serve/table_files.h"
#include "serve/telling_names_file.h"

namespace handoff::gateway {
namespace {

namespace fs = std::filesystem;
using json::Value;

// Collects all faults of all settings.
class Findings {
 public:
  void add(std::string_view setting, const Problem& problem) {
    for (const Issue& issue : problem.issues) {
      const std::string where =
          issue.expression.empty() || issue.expression.starts_with("--") ? "" : issue.expression + ": ";
      found_.issues.push_back(
          handoff::problem(Kind::incorrect, where + issue.diagnostics, std::string(setting)).issues.front());
    }
  }
  void add(std::string_view setting, std::string reason) {
    add(setting, problem(Kind::incorrect, std::move(reason)));
  }
  // Returns the value. If there is none, adds a finding and returns a default value.
  template <class T>
  T take(std::string_view setting, Result<T> result) {
    if (result) return std::move(*result);
    add(setting, result.error());
    return {};
  }
  bool any() const { return !found_.issues.empty(); }
  Problem all() const { return found_; }

 private:
  Problem found_{Kind::incorrect, {}};
};

Result<std::vector<auth::Client>> read_clients_file(const fs::path& file) {
  const auto text = read_file(file);
  if (!text) return text.error();
  return auth::read_clients(*text);
}

Result<void> check_data_folder(const fs::path& folder) {
  if (!fs::is_directory(folder)) return problem(Kind::not_found, "no such folder: " + folder.string());
  if (::access(folder.c_str(), W_OK) != 0)
    return problem(Kind::forbidden, folder.string() + " cannot be written");
  return {};
}

Result<void> check_authority(const fs::path& file) {
  if (const auto text = read_file(file); !text) return text.error();
  const auto ends = net::certificate_ends(file);
  if (!ends) return ends.error();
  const Instant last = *std::max_element(ends->begin(), ends->end());
  if (last <= SystemClock().now())
    return problem(Kind::incorrect, fmt::format("{}: expired at {}", file.string(), format_instant(last)));
  return {};
}

Result<void> check_mappings(const fs::path& folder) {
  std::error_code failed;
  Problem found{Kind::incorrect, {}};
  for (const auto& entry : fs::recursive_directory_iterator(folder, failed)) {
    if (entry.path().filename() != "map.json") continue;
    const fs::path place = entry.path().parent_path();
    const std::string name = fs::relative(place, folder).generic_string();
    const auto loaded = mapping::Mapping::load(place, name);
    if (loaded) continue;
    for (Issue issue : loaded.error().issues) {
      issue.diagnostics = name + "/" + issue.diagnostics;
      found.issues.push_back(std::move(issue));
    }
  }
  if (failed) return problem(Kind::not_found, "no such folder: " + folder.string());
  if (!found.issues.empty()) return found;
  return {};
}

Result<void> check_private_key(const Configuration& c) {
  if (const auto key = read_secret(c.private_key_file); !key) return key.error();
  return {};
}

}  // namespace

Result<exchange::Endpoints> read_endpoints(const fs::path& file) {
  const auto text = read_file(file);
  if (!text) return text.error();
  const auto parsed = json::parse(*text, {.relaxed = true});
  if (!parsed) return problem(Kind::incorrect, file.string() + ": " + parsed.error().summary());
  if (!parsed->root().is_object())
    return problem(Kind::incorrect, file.string() + ": must be an object of organizations");
  Problem found{Kind::incorrect, {}};
  exchange::Endpoints endpoints;
  for (const json::Member& member : parsed->root().members()) {
    const auto add = [&](std::string why) {
      found.issues.push_back(
          problem(Kind::incorrect, fmt::format("{}: {}: {}", file.string(), member.key, why)).issues.front());
    };
    const std::string_view base = member.value["base"].text(), token_file = member.value["token_file"].text();
    for (const json::Member& known : member.value.members())
      if (known.key != "base" && known.key != "token_file")
        add(fmt::format("{} is not a member of an endpoint; the members are base and token_file", known.key));
    if (!base.starts_with("https://") || base.ends_with('/'))
      add("base must be an https URL without a slash at its end");
    if (token_file.empty()) {
      add("token_file is missing");
      continue;
    }
    auto token = read_secret(file.parent_path() / std::string(token_file));
    if (!token) add(token.error().summary());
    else endpoints[std::string(member.key)] = {std::string(base), std::move(*token)};
  }
  if (!found.issues.empty()) return found;
  return endpoints;
}

namespace {

// The folder's files with this extension, in the order of their names; none if no folder is configured.
Result<std::vector<std::filesystem::path>> files_in(const std::filesystem::path& folder,
                                                    std::string_view extension) {
  std::vector<std::filesystem::path> files;
  std::error_code error;
  if (!folder.empty()) {
    for (const auto& entry : std::filesystem::directory_iterator(folder, error))
      if (entry.path().extension() == extension) files.push_back(entry.path());
    if (error) return problem(Kind::incorrect, "cannot be read: " + error.message());
  }
  std::sort(files.begin(), files.end());
  return files;
}

Result<std::shared_ptr<Knowledge>> load_packages(const std::filesystem::path& folder) {
  const auto files = files_in(folder, ".tgz");
  if (!files) return files.error();
  auto loaded = Knowledge::load(*files);
  if (!loaded) return loaded.error();
  return std::shared_ptr<Knowledge>(std::move(*loaded));
}

Result<void> load_code_tables(Knowledge& knowledge, const std::filesystem::path& folder) {
  const auto files = files_in(folder, ".csv");
  if (!files) return files.error();
  for (const auto& file : *files)
    if (auto added = knowledge.add_codes(file); !added) return added.error();
  return {};
}

}  // namespace

Result<std::shared_ptr<Knowledge>> load_knowledge(const Configuration& configuration) {
  auto knowledge = load_packages(configuration.packages_folder);
  if (!knowledge) return knowledge.error();
  if (auto added = load_code_tables(**knowledge, configuration.code_tables_folder); !added)
    return added.error();
  return knowledge;
}

Result<GatewayOptions> equip(const Configuration& c, bool make_key) {
  Findings findings;
  const auto check = [&findings](std::string_view setting, const Result<void>& result) {
    if (!result) findings.add(setting, result.error());
  };
  GatewayOptions options;
  check("data_folder", check_data_folder(c.data_folder));
  check("private_key_file", check_private_key(c));
  check("certificate_file", net::check_certificate(c.certificate_file, c.private_key_file));
  options.clients = findings.take("clients_file", read_clients_file(c.clients_file));
  if (!c.endpoints_file.empty())
    options.endpoints = findings.take("endpoints_file", read_endpoints(c.endpoints_file));
  if (!c.partner_ca_file.empty()) check("partner_ca_file", check_authority(c.partner_ca_file));
  options.routes = findings.take("routes_folder", load_routes(c.routes_folder));
  options.names = findings.take("telling_names", load_telling_names(c.telling_names));
  check("mappings_folder", check_mappings(c.mappings_folder));
  options.tables = {findings.take("placeholders", load_placeholders(c.placeholders)),
                    findings.take("nicknames", load_nicknames(c.nicknames))};
  options.mappings_folder = c.mappings_folder;
  const auto knowledge = findings.take("packages_folder", load_packages(c.packages_folder));
  if (knowledge) check("code_tables_folder", load_code_tables(*knowledge, c.code_tables_folder));
  if (knowledge) check("profiles", check_profiles(c.profiles, *knowledge));
  options.knowledge = knowledge;
  options.profiles = c.profiles;
  options.ledger_key = findings.take(
      "ledger_key_file", ledger_key(c.ledger_key_file, c.store_file(), make_key && !findings.any()));
  options.id_key =
      findings.take("id_key_file", id_key(c.id_key_file, c.store_file(), make_key && !findings.any()));
  if (findings.any()) return findings.all();
  options.store_file = c.store_file();
  options.address = c.listen_address;
  options.port = std::uint16_t(c.listen_port);
  options.base_url = c.base_url;
  options.io_threads = std::size_t(c.io_threads);
  options.connections_max = std::size_t(c.connections_max);
  options.workers = std::size_t(c.workers);
  options.request_timeout = std::chrono::seconds{c.request_deadline_s};
  options.address_limits = {
      .connections_max = std::size_t(c.address_connections_max),
      .body_bytes_max = std::size_t(c.address_body_bytes_max),
      .body_bytes_without_token_max = std::size_t(c.address_body_bytes_without_token_max)};
  options.queue_requests_max = std::size_t(c.queue_requests_max);
  options.certificate_file = c.certificate_file;
  options.key_file = c.private_key_file;
  options.partner_ca_file = c.partner_ca_file;
  options.partner_addresses = c.partner_addresses;
  return options;
}

}  // namespace handoff::gateway
