// What `handoff serve` runs by: one JSON file, comments allowed. Every setting is declared once, in configuration.cpp, with
// name, type, default, bounds, help, whether its file is a secret, and whether a reload takes it (README.md).
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "admission/required_profiles.h"
#include "core/limits.h"
#include "core/result.h"

namespace handoff::gateway {

// The values are the defaults; paths are absolute once read, empty where there is none.
struct Configuration {
  std::string listen_address = "127.0.0.1";
  std::int64_t listen_port = 8443;
  std::string base_url;
  std::filesystem::path certificate_file;
  std::filesystem::path private_key_file;
  std::filesystem::path data_folder;
  std::filesystem::path ledger_key_file;
  std::filesystem::path id_key_file;
  std::filesystem::path clients_file;
  std::filesystem::path endpoints_file;
  std::filesystem::path partner_ca_file;
  std::vector<std::string> partner_addresses;
  std::filesystem::path routes_folder = "${HANDOFF_HOME}/gateway/routes";
  std::filesystem::path mappings_folder = "${HANDOFF_HOME}/mappings";
  std::filesystem::path telling_names = "${HANDOFF_HOME}/gateway/tables/telling_names.csv";
  std::filesystem::path placeholders = "${HANDOFF_HOME}/gateway/tables/placeholders.csv";
  std::filesystem::path nicknames = "${HANDOFF_HOME}/gateway/tables/nicknames.csv";
  std::filesystem::path packages_folder;
  std::filesystem::path code_tables_folder;
  admission::RequiredProfiles profiles;
  std::string log_level = "info";
  std::int64_t drain_grace_s = 10;
  std::int64_t io_threads = 1;
  std::int64_t workers = 4;
  std::int64_t queue_requests_max = 256;
  std::int64_t connections_max = 4000;
  std::int64_t address_connections_max = limits::address_connections_max;
  std::int64_t address_body_bytes_max = limits::address_body_bytes_max;
  std::int64_t address_body_bytes_without_token_max = limits::address_body_bytes_without_token_max;
  std::int64_t request_deadline_s = std::chrono::duration_cast<std::chrono::seconds>(limits::http_request_timeout).count();
  std::int64_t operations_port = 0;

  std::filesystem::path store_file() const { return data_folder / "handoff.db"; }
};

using SettingPlace = std::variant<std::string Configuration::*, std::int64_t Configuration::*, std::filesystem::path Configuration::*,
                                  std::vector<std::string> Configuration::*, admission::RequiredProfiles Configuration::*>;

struct Setting {
  std::string_view name;
  SettingPlace place;
  std::string_view help;
  bool required = false;
  bool secret = false;  // the file that it names must not be everybody's to read
  bool reloads = false;
  std::int64_t least = 0, most = 0;                   // of a number
  std::string_view bounds = {};                       // of anything else, in words
  bool (*is_sound)(std::string_view text) = nullptr;  // of a text, or of each in a list
};

std::span<const Setting> settings();
// Do both have the same value?
bool same(const Setting& setting, const Configuration& a, const Configuration& b);

// `home` is where the shipped files lie: ${HANDOFF_HOME} in a path; ${NAME} of any other name is an environment variable.
// Problem: not_found, incorrect; each issue's expression is "FILE: key", so that everything wrong is told at once.
Result<Configuration> read_configuration(const std::filesystem::path& file, const std::filesystem::path& home);

// All settings for a person to read: name, type, default, bounds, help.
std::string settings_reference();

}  // namespace handoff::gateway
