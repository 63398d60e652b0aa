#include "tools/client_command.h"

#include <fmt/format.h>

#include "auth/jose.h"
#include "core/hash.h"
#include "serve/client_file.h"
#include "serve/configuration.h"
#include "serve/files.h"

namespace handoff::gateway {
namespace {

namespace fs = std::filesystem;
using json::Arena;
using json::Member;
using json::Value;

// Follow the client's id in a kid. They keep kids distinct and need not be secret.
constexpr std::size_t kid_bytes = 4;

Value texts(Arena& arena, const std::vector<std::string>& all) {
  std::vector<Value> items;
  for (const std::string& text : all) items.push_back(arena.string(text));
  return arena.array(items);
}

Value key_set(Arena& arena, std::span<const Value> keys) {
  const Member members[] = {{"keys", arena.array(keys)}};
  return arena.object(members);
}

Result<fs::path> clients_file(const ClientOptions& options) {
  if (options.clients) return *options.clients;
  if (!options.config)
    return problem(Kind::incorrect, "name the file, by --clients or --config", "--clients");
  const auto configuration = read_configuration(*options.config, options.home);
  if (!configuration) return configuration.error();
  return configuration->clients_file;
}

// The public keys of --jwks FILE, which holds a key set or one key.
Result<std::vector<Value>> read_keys(Arena& arena, const fs::path& file) {
  const auto text = read_file(file);
  if (!text) return text.error();
  const auto parsed = json::parse(*text);
  if (!parsed) return problem(Kind::incorrect, file.string() + ": " + parsed.error().summary(), "--jwks");
  const Value root = parsed->root();
  std::vector<Value> keys;
  for (const Value key : root["keys"].items()) keys.push_back(json::copy(arena, key));
  if (root["kty"]) keys.push_back(json::copy(arena, root));
  return keys;
}

// The private key of a new pair goes to --key-out and nowhere else.
Result<Value> make_key(Arena& arena, const ClientOptions& options) {
  const auth::Key key = auth::Key::generate(options.client_id + "-" + to_hex(random_bytes(kid_bytes)));
  if (auto written = write_new_file(*options.key_out, key.to_jwk(true) + "\n", 0600); !written)
    return written.error();
  const auto parsed = json::parse(key.to_jwk(false));
  if (!parsed) return parsed.error();
  return json::copy(arena, parsed->root());
}

Result<std::vector<Value>> new_keys(Arena& arena, const ClientOptions& options) {
  if (options.jwks) return read_keys(arena, *options.jwks);
  auto made = make_key(arena, options);
  if (!made) return made.error();
  return std::vector<Value>{*made};
}

// If the client cannot be registered, the file of its new private key is removed too.
Result<void> checked_and_saved(ClientFile& file, Value client, const ClientOptions& options) {
  Result<void> done = check_client(client);
  if (done) {
    file.put(client);
    done = file.save();
  }
  if (!done && options.key_out && !options.jwks) fs::remove(*options.key_out);
  return done;
}

Result<Value> known_client(const ClientFile& file, const ClientOptions& options) {
  const Value client = file.find(options.client_id);
  if (!client)
    return problem(Kind::incorrect, fmt::format("there is no client \"{}\"", options.client_id), "CLIENT_ID");
  return client;
}

Result<void> add(ClientFile& file, const ClientOptions& options) {
  if (file.find(options.client_id))
    return problem(Kind::incorrect, fmt::format("there is a client \"{}\" already", options.client_id),
                   "CLIENT_ID");
  if (int(options.jwks.has_value()) + int(options.jwks_uri.has_value()) + int(options.key_out.has_value()) !=
      1)
    return problem(Kind::incorrect, "give one of --key-out (makes a key pair), --jwks and --jwks-uri",
                   "--key-out");
  Arena& arena = file.arena();
  std::vector<Member> members = {{"client_id", arena.string(options.client_id)}};
  if (!options.name.empty()) members.push_back({"name", arena.string(options.name)});
  if (!options.organization.empty()) members.push_back({"organization", arena.string(options.organization)});
  members.push_back({"role", arena.string(options.role)});
  members.push_back({"purposes", texts(arena, options.purposes)});
  members.push_back({"scopes", texts(arena, options.scopes)});
  if (options.jwks_uri) {
    members.push_back({"jwks_uri", arena.string(*options.jwks_uri)});
  } else {
    const auto keys = new_keys(arena, options);
    if (!keys) return keys.error();
    members.push_back({"jwks", key_set(arena, *keys)});
  }
  return checked_and_saved(file, arena.object(members), options);
}

Result<void> set_disabled(ClientFile& file, const ClientOptions& options, bool disabled) {
  const auto client = known_client(file, options);
  if (!client) return client.error();
  file.put(json::with_member(file.arena(), *client, "disabled", disabled ? Arena::boolean(true) : Value{}));
  return file.save();
}

Result<void> disable(ClientFile& file, const ClientOptions& options) {
  return set_disabled(file, options, true);
}
Result<void> enable(ClientFile& file, const ClientOptions& options) {
  return set_disabled(file, options, false);
}

Result<void> remove(ClientFile& file, const ClientOptions& options) {
  if (auto client = known_client(file, options); !client) return client.error();
  file.remove(options.client_id);
  return file.save();
}

Result<void> retire(ClientFile& file, const ClientOptions& options, Value client) {
  std::vector<Value> left;
  for (const Value key : client["jwks"]["keys"].items())
    if (key["kid"].text() != *options.retire) left.push_back(key);
  if (left.size() == client["jwks"]["keys"].size())
    return problem(Kind::incorrect, fmt::format("the client has no key \"{}\"", *options.retire), "--retire");
  if (left.empty())
    return problem(Kind::incorrect, "it is the client's last key; add another first", "--retire");
  return checked_and_saved(file, json::with_member(file.arena(), client, "jwks", key_set(file.arena(), left)),
                           options);
}

// Adds a new key beside the old ones. The old keys stay valid until they are retired, so that the client is
// never locked out.
Result<void> rotate(ClientFile& file, const ClientOptions& options) {
  const auto client = known_client(file, options);
  if (!client) return client.error();
  if ((*client)["jwks_uri"])
    return problem(Kind::incorrect, "its keys are published at its jwks_uri: rotate them there", "CLIENT_ID");
  if (int(options.jwks.has_value()) + int(options.key_out.has_value()) + int(options.retire.has_value()) != 1)
    return problem(Kind::incorrect, "give one of --key-out (makes a key pair), --jwks and --retire",
                   "--key-out");
  if (options.retire) return retire(file, options, *client);
  const auto made = new_keys(file.arena(), options);
  if (!made) return made.error();
  std::vector<Value> keys((*client)["jwks"]["keys"].items().begin(), (*client)["jwks"]["keys"].items().end());
  keys.insert(keys.end(), made->begin(), made->end());
  return checked_and_saved(
      file, json::with_member(file.arena(), *client, "jwks", key_set(file.arena(), keys)), options);
}

std::string joined(Value array, std::string_view member = {}) {
  std::string out;
  for (const Value item : array.items())
    out += fmt::format("{}{}", out.empty() ? "" : ",", (member.empty() ? item : item[member]).text());
  return out.empty() ? "-" : out;
}

Result<void> list(ClientFile& file, const ClientOptions& options) {
  if (options.json) {
    fmt::print("{}\n", json::write_pretty(file.clients()));
    return {};
  }
  constexpr auto line = "{:<20} {:<9} {:<18} {:<26} {:<10} {:<24} {}\n";
  fmt::print(line, "CLIENT_ID", "STATE", "ROLE", "ORGANIZATION", "PURPOSES", "SCOPES", "KEYS");
  for (const Value c : file.clients().items()) {
    const std::string_view organization = c["organization"].text();
    fmt::print(line, c["client_id"].text(), c["disabled"].truth() ? "disabled" : "active", c["role"].text(),
               organization.empty() ? "-" : organization, joined(c["purposes"]), joined(c["scopes"]),
               c["jwks_uri"] ? std::string(c["jwks_uri"].text()) : joined(c["jwks"]["keys"], "kid"));
  }
  return {};
}

struct Action {
  std::string_view name;
  Result<void> (*run)(ClientFile& file, const ClientOptions& options);
  std::string_view done;  // empty: the action prints its own output
};
constexpr Action actions[] = {{"add", add, "added"},         {"disable", disable, "disabled"},
                              {"enable", enable, "enabled"}, {"remove", remove, "removed"},
                              {"rotate", rotate, "changed"}, {"list", list, ""}};

Result<void> run(const Action& action, const ClientOptions& options) {
  const auto file = clients_file(options);
  if (!file) return file.error();
  auto opened = ClientFile::open(*file, action.name == "add");
  if (!opened) return opened.error();
  if (auto done = action.run(*opened, options); !done) return done.error();
  if (!action.done.empty())
    fmt::print("{} {}; a gateway applies this at its next reload (SIGHUP), a sandbox at once\n", action.done,
               options.client_id);
  return {};
}

}  // namespace

int run_client(const std::string& action, const ClientOptions& options) {
  const auto* found =
      std::find_if(std::begin(actions), std::end(actions), [&](const Action& a) { return a.name == action; });
  const auto done = run(*found, options);
  if (done) return 0;
  for (const Issue& issue : done.error().issues)
    fmt::print(stderr, "handoff client {}: {}{}{}\n", action, issue.expression,
               issue.expression.empty() ? "" : ": ", issue.diagnostics);
  return done.error().kind == Kind::unavailable ? 1 : 2;
}

}  // namespace handoff::gateway
