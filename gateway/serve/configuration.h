// The settings of `handoff serve`: one JSON file, in which comments are allowed. configuration.cpp declares
// each setting once: its name, type, default, bounds and help. It also says whether the file that it names is
// a secret, and whether a reload applies it (README.md).
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

// The initial values are the defaults. Paths are absolute after reading; an empty path means none.
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
  std::int64_t request_deadline_s =
      std::chrono::duration_cast<std::chrono::seconds>(limits::http_request_timeout).count();
  std::int64_t operations_port = 0;

  std::filesystem::path store_file() const { return data_folder / "handoff.db"; }
};

using SettingPlace =
    std::variant<std::string Configuration::*, std::int64_t Configuration::*,
                 std::filesystem::path Configuration::*, std::vector<std::string> Configuration::*,
                 admission::RequiredProfiles Configuration::*>;

struct Setting {
  std::string_view name;
  SettingPlace place;
  std::string_view help;
  bool required = false;
  bool secret = false;  // the file that it names is refused if everybody may read it
  bool reloads = false;
  std::int64_t least = 0, most = 0;                   // of a number
  std::string_view bounds = {};                       // of any other type, in words
  bool (*is_sound)(std::string_view text) = nullptr;  // of a text, or of each text in a list
};

std::span<const Setting> settings();
// True if both have the same value of the setting.
bool same(const Setting& setting, const Configuration& a, const Configuration& b);

// `home` is the folder of the shipped files: ${HANDOFF_HOME} in a path. ${NAME} with any other name is an
// environment variable. Problem: not_found, incorrect. It has an issue for each fault, so that all faults are
// reported at once. The expression is "FILE: key".
Result<Configuration> read_configuration(const std::filesystem::path& file,
                                         const std::filesystem::path& home);

// All settings as text for a person: name, type, default, bounds, help.
std::string settings_reference();

}  // namespace handoff::gateway
