#include "serve/configuration.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "core/limits.h"
#include "core/number.h"
#include "json/document.h"
#include "serve/files.h"

namespace handoff::gateway {
namespace {

namespace fs = std::filesystem;
using json::Value;
using C = Configuration;

bool is_address(std::string_view text) {
  unsigned char bytes[16];
  const std::string address(text);
  return ::inet_pton(AF_INET, address.c_str(), bytes) == 1 ||
         ::inet_pton(AF_INET6, address.c_str(), bytes) == 1;
}

bool is_https(std::string_view text) {
  return text.size() > 8 && text.starts_with("https://") && !text.ends_with('/');
}

bool is_level(std::string_view text) {
  constexpr std::string_view levels[] = {"debug", "info", "warn", "error", "off"};
  return std::find(std::begin(levels), std::end(levels), text) != std::end(levels);
}

constexpr std::string_view an_address = "a numeric address";

const Setting all_settings[] = {
    {.name = "listen_address",
     .place = &C::listen_address,
     .help = "The address that serves the FHIR base and the token endpoint. The default is loopback.",
     .bounds = an_address,
     .is_sound = is_address},
    {.name = "listen_port",
     .place = &C::listen_port,
     .help = "Its port; 0 takes any free port and prints it when ready.",
     .most = 65535},
    {.name = "base_url",
     .place = &C::base_url,
     .help = "The address by which clients reach the gateway, without /fhir. It is used in links, in "
             "messages and as the audience of assertions. None: https with listen_address and listen_port.",
     .bounds = "an https URL without a slash at its end",
     .is_sound = is_https},
    {.name = "certificate_file",
     .place = &C::certificate_file,
     .help = "The server's certificate with its chain, PEM.",
     .required = true,
     .reloads = true},
    {.name = "private_key_file",
     .place = &C::private_key_file,
     .help = "Its private key, PEM, without a pass phrase.",
     .required = true,
     .secret = true,
     .reloads = true},
    {.name = "data_folder",
     .place = &C::data_folder,
     .help = "Folder of the store (handoff.db). It must exist.",
     .required = true},
    {.name = "ledger_key_file",
     .place = &C::ledger_key_file,
     .help = "The key that seals the ledger, at least 32 bytes; keep it apart from the data. It is made "
             "(mode 0600) only together with a new store.",
     .required = true,
     .secret = true},
    {.name = "id_key_file",
     .place = &C::id_key_file,
     .help = "The key that ids derive from, at least 32 bytes. Backups of the store do not contain it, so "
             "keep a copy apart. It is made (mode 0600) unless the store already has ids that derive from a "
             "key.",
     .required = true,
     .secret = true},
    {.name = "clients_file",
     .place = &C::clients_file,
     .help = "The file of registered clients; `handoff client` maintains it.",
     .required = true,
     .reloads = true},
    {.name = "endpoints_file",
     .place = &C::endpoints_file,
     .help = "Where organizations receive deliveries: {\"ORG-PCP1\": {\"base\": \"https://host/fhir\", "
             "\"token_file\": FILE}}. None: nothing is sent.",
     .reloads = true},
    {.name = "partner_ca_file",
     .place = &C::partner_ca_file,
     .help = "The certificate authorities that sign partners' certificates, PEM. None: the system's."},
    {.name = "partner_addresses",
     .place = &C::partner_addresses,
     .help = "Private addresses that deliveries may go to; all other private addresses are refused.",
     .bounds = "numeric addresses",
     .is_sound = is_address},
    {.name = "routes_folder",
     .place = &C::routes_folder,
     .help = "Folder of routes (*.json): which changes are events, and who receives them.",
     .reloads = true},
    {.name = "mappings_folder",
     .place = &C::mappings_folder,
     .help = "Folder of mappings of program records; each must compile.",
     .reloads = true},
    {.name = "telling_names",
     .place = &C::telling_names,
     .help = "Table (.csv: match, system, value, family) of facilities, programs and self-help groups whose "
             "name or kind reveals something sensitive: a person's resource that names one or refers to one "
             "gets the family's label.",
     .reloads = true},
    {.name = "placeholders",
     .place = &C::placeholders,
     .help = "Values that mean \"not known\" (1900-01-01, 999999999999, UNKNOWN); nobody is recognized by "
             "them. A CSV of kind, value, why.",
     .reloads = true},
    {.name = "nicknames",
     .place = &C::nicknames,
     .help = "Given names that one person may use: a CSV of a name and its other forms.",
     .reloads = true},
    {.name = "packages_folder",
     .place = &C::packages_folder,
     .help = "Folder of FHIR packages (.tgz). Writes and $validate use their profiles, value sets and "
             "forms; searches use their search parameters. None: R4 alone."},
    {.name = "code_tables_folder",
     .place = &C::code_tables_folder,
     .help = "Folder of code systems as tables (.csv: system, version, code, display, parent, inactive), "
             "for example SNOMED CT or RxNorm. None: their codes are accepted as they come."},
    {.name = "profiles",
     .place = &C::profiles,
     .help = "Profiles that a write must conform to, by client (\"*\": all clients) and by resource type. "
             "The profiles\n    that a resource claims in meta.profile count too. "
             "{\"*\": {\"Patient\": [\"http://…\"]}, \"lab-1\": {\"Observation\": [\"http://…\"]}}. "
             "None: R4 alone.",
     .bounds = "profiles of R4, of our own or of packages_folder"},
    {.name = "log_level",
     .place = &C::log_level,
     .help = "The lowest level that the log on stderr shows; --log-level overrides it.",
     .reloads = true,
     .bounds = "debug, info, warn, error or off",
     .is_sound = is_level},
    {.name = "drain_grace_s",
     .place = &C::drain_grace_s,
     .help = "How long running requests may take to end when the gateway stops. A delivery under way gets "
             "five more seconds.",
     .reloads = true,
     .most = 600},
    {.name = "io_threads",
     .place = &C::io_threads,
     .help = "Threads that read, write and encrypt.",
     .least = 1,
     .most = 64},
    {.name = "workers",
     .place = &C::workers,
     .help = "Threads that answer requests. One client's requests use at most half of them.",
     .least = 1,
     .most = 256},
    {.name = "queue_requests_max",
     .place = &C::queue_requests_max,
     .help = "Requests that may wait for a worker; one more is answered 503 at once. A client that has "
             "three quarters of them waiting gets 429.",
     .least = 1,
     .most = 100'000},
    {.name = "connections_max",
     .place = &C::connections_max,
     .help = "Open connections; further ones are closed at once. The limit of open files may lower this "
             "number.",
     .least = 1,
     .most = 1'000'000},
    {.name = "limits.address_connections_max",
     .place = &C::address_connections_max,
     .help = "Open connections from one address (IPv6: from one /64); further ones are closed at once. "
             "Loopback counts as an address.",
     .least = 1,
     .most = 1'000'000},
    {.name = "limits.address_body_bytes_max",
     .place = &C::address_body_bytes_max,
     .help = "Bytes of request bodies from one address that may wait for an answer at a time; more is "
             "answered 429.",
     .least = 1 << 20,
     .most = std::int64_t(1) << 40},
    {.name = "limits.address_body_bytes_without_token_max",
     .place = &C::address_body_bytes_without_token_max,
     .help = "The same for requests that need no token, for example requests for a token.",
     .least = 64 << 10,
     .most = std::int64_t(1) << 40},
    {.name = "limits.request_deadline_s",
     .place = &C::request_deadline_s,
     .help = "How long one request may take. After that it is answered 503; in a batch, each entry that was "
             "not done says so.",
     .least = 1,
     .most = 3600},
    {.name = "operations_port",
     .place = &C::operations_port,
     .help = "https://127.0.0.1:PORT/livez and /readyz, with the same certificate. 0: not served.",
     .most = 65535},
};

const Setting* find(std::string_view name) {
  const auto* found = std::find_if(std::begin(all_settings), std::end(all_settings),
                                   [&](const Setting& s) { return s.name == name; });
  return found == std::end(all_settings) ? nullptr : found;
}

// True for the "limits" of "limits.address_connections_max", which is an object in the file.
bool is_group(std::string_view name) {
  const std::string begin = std::string(name) + ".";
  return std::any_of(std::begin(all_settings), std::end(all_settings),
                     [&](const Setting& s) { return s.name.starts_with(begin); });
}

// Reads one file and collects all of its faults.
class Reader {
 public:
  Reader(const fs::path& file, const fs::path& home) : file_(fs::absolute(file)), home_(home) {}

  Result<Configuration> read(Value root) {
    if (!root.is_object()) return problem(Kind::incorrect, "must be an object of settings", file_.string());
    for (const json::Member& member : root.members()) {
      if (!is_group(member.key)) take(member.key, member.value);
      else if (!member.value.is_object()) add(member.key, "must be an object of settings");
      else
        for (const json::Member& inner : member.value.members())
          take(fmt::format("{}.{}", member.key, inner.key), inner.value);
    }
    for (const Setting& setting : all_settings) {
      if (setting.required && !root[setting.name]) add(setting.name, "is missing");
      if (const auto* place = std::get_if<fs::path C::*>(&setting.place)) complete(setting, made_.**place);
    }
    if (!found_.issues.empty()) return found_;
    return std::move(made_);
  }

 private:
  void add(std::string_view key, std::string reason) {
    found_.issues.push_back(
        problem(Kind::incorrect, std::move(reason), fmt::format("{}: {}", file_.string(), key))
            .issues.front());
  }

  void take(std::string_view name, Value value) {
    const Setting* const setting = find(name);
    if (!setting) add(name, "is not a setting; `handoff serve --help-config` lists all settings");
    else std::visit([&](auto place) { take(*setting, made_.*place, value); }, setting->place);
  }

  void take(const Setting& setting, std::string& into, Value value) {
    if (!value.is_string()) return add(setting.name, "must be a text");
    into = value.text();
    if (setting.is_sound && !setting.is_sound(into))
      add(setting.name, fmt::format("is \"{}\"; it must be {}", into, setting.bounds));
  }

  void take(const Setting& setting, std::int64_t& into, Value value) {
    const auto number = parse_number<std::int64_t>(value.text());
    if (!value.is_number() || !number) return add(setting.name, "must be a whole number");
    into = *number;
    if (into < setting.least || into > setting.most)
      add(setting.name, fmt::format("is {}; it must be {} to {}", into, setting.least, setting.most));
  }

  void take(const Setting& setting, fs::path& into, Value value) {
    if (!value.is_string() || value.text().empty()) return add(setting.name, "must be a path");
    into = fs::path(std::string(value.text()));
  }

  void take(const Setting& setting, std::vector<std::string>& into, Value value) {
    if (!value.is_array()) return add(setting.name, "must be a list of texts");
    for (const Value item : value.items()) {
      if (!item.is_string()) return add(setting.name, "must be a list of texts");
      into.emplace_back(item.text());
      if (!setting.is_sound(into.back()))
        add(setting.name, fmt::format("holds \"{}\"; its items must be {}", into.back(), setting.bounds));
    }
  }

  void take(const Setting& setting, admission::RequiredProfiles& into, Value value) {
    if (!value.is_object()) return add(setting.name, "must be an object of client ids (\"*\": all clients)");
    for (const json::Member& client : value.members()) {
      if (!client.value.is_object())
        add(setting.name, fmt::format("\"{}\" must be an object of resource types", client.key));
      for (const json::Member& type : client.value.members()) {
        const auto texts = type.value.items();
        if (texts.empty() ||
            !std::all_of(texts.begin(), texts.end(), [](Value each) { return each.is_string(); }))
          add(setting.name,
              fmt::format("\"{}\" of \"{}\" must be a list of canonical URLs", type.key, client.key));
        auto& canonicals = into.by_client[std::string(client.key)][std::string(type.key)];
        for (const Value text : texts) canonicals.emplace_back(text.text());
      }
    }
  }

  // Replaces "${NAME}/…" from the environment. A relative path starts at the file's folder.
  void complete(const Setting& setting, fs::path& path) {
    if (path.empty()) return;
    std::string text = path.string();
    if (const auto end = text.find('}'); text.starts_with("${") && end != text.npos) {
      const std::string name = text.substr(2, end - 2);
      const char* const value = std::getenv(name.c_str());
      if (name != "HANDOFF_HOME" && !value)
        return add(setting.name,
                   fmt::format("names ${{{}}}, but that environment variable is not set", name));
      text = (name == "HANDOFF_HOME" ? home_.string() : std::string(value)) + text.substr(end + 1);
    }
    path = (file_.parent_path() / text).lexically_normal();
  }

  const fs::path file_, home_;
  Configuration made_;
  Problem found_{Kind::incorrect, {}};
};

std::string_view type_of(const Setting& setting) {
  static constexpr std::string_view names[] = {"text", "number", "path", "list", "object"};
  return names[setting.place.index()];
}

std::string to_text(const std::string& value) { return value.empty() ? "none" : value; }
std::string to_text(std::int64_t value) { return std::to_string(value); }
std::string to_text(const fs::path& value) { return value.empty() ? "none" : value.string(); }
std::string to_text(const std::vector<std::string>& value) {
  return value.empty() ? "none" : fmt::format("{}", fmt::join(value, ", "));
}

std::string to_text(const admission::RequiredProfiles&) { return "none"; }  // called only for defaults

std::string bounds_of(const Setting& setting) {
  if (type_of(setting) == "number") return fmt::format("{} to {}", setting.least, setting.most);
  if (!setting.bounds.empty()) return std::string(setting.bounds);
  return setting.secret ? "a file that others may not read" : "a file or folder";
}

}  // namespace

std::span<const Setting> settings() { return all_settings; }

bool same(const Setting& setting, const Configuration& a, const Configuration& b) {
  return std::visit([&](auto place) { return a.*place == b.*place; }, setting.place);
}

Result<Configuration> read_configuration(const fs::path& file, const fs::path& home) {
  const auto text = read_file(file);
  if (!text) return problem(Kind::not_found, "cannot read it", file.string());
  const auto parsed = json::parse(*text, {.relaxed = true});
  if (!parsed) return problem(Kind::incorrect, parsed.error().summary(), file.string());
  return Reader(file, home).read(parsed->root());
}

std::string settings_reference() {
  std::string out =
      "Settings of `handoff serve`: one JSON object, comments allowed. Relative paths start at this file's\n"
      "folder; a path may begin with ${NAME}, an environment variable. \"limits.x\" is the key x of the "
      "object\n"
      "\"limits\". Secrets are in files of their own, never in this one. SIGHUP reads this file again.\n";
  const Configuration defaults;
  for (const Setting& setting : all_settings) {
    const std::string standard =
        setting.required
            ? "required"
            : "default " + std::visit([&](auto place) { return to_text(defaults.*place); }, setting.place);
    out += fmt::format("\n{} ({}, {}, {})\n    {}{}\n", setting.name, type_of(setting), standard,
                       bounds_of(setting), setting.help, setting.reloads ? "" : " A change needs a restart.");
  }
  return out;
}

}  // namespace handoff::gateway
