// The program `handoff`: its commands and their options.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdlib>
#include <iostream>

#include "auth/client.h"
#include "core/log.h"
#include "demo/partner.h"
#include "demo/sandbox.h"
#include "serve/configuration.h"
#include "serve/serve_command.h"
#include "tools/client_command.h"
#include "tools/db_command.h"
#include "tools/document_command.h"
#include "tools/fhirpath_command.h"
#include "tools/load_command.h"
#include "tools/map_command.h"
#include "tools/operator_options.h"
#include "tools/token_command.h"
#include "tools/validate_command.h"
#include "tools/wrong_call.h"

namespace {

using namespace handoff::gateway;
namespace fs = std::filesystem;

// Shipped files lie beside the sources, and the build knows that folder. HANDOFF_HOME names another one.
fs::path home() {
  const char* const named = std::getenv("HANDOFF_HOME");
  return named ? fs::path(named) : fs::path(HANDOFF_HOME_DIR);
}

struct Call {
  LoadOptions load;
  DbOptions db;
  ClientOptions client;
  ServeOptions serve;
  bool help_config = false, running = false;
  SandboxOptions sandbox;
  fs::path partner_data;
  TokenOptions token;
  OperatorCall operators;
  MapRunOptions map;
  std::size_t preview_rows = 3;
  std::vector<fs::path> test_folders;
  bool batch = false;
  ValidateOptions validate;
  DocumentOptions document;
  std::string log_level = "warn";
};

void define_sandbox(CLI::App& app, Call& call) {
  auto* command = app.add_subcommand(
      "sandbox", "A whole exchange on this machine: gateway, partners, sample records, deliveries");
  command->add_option("--port", call.sandbox.port, "Port of the gateway on 127.0.0.1; 0 takes any free one")
      ->capture_default_str()
      ->check(CLI::Range(0, 65535));
  add_optional(command, "--data", call.sandbox.data,
               "Data folder, kept afterwards (default: a temporary one, removed at the end)");
  call.sandbox.records = call.sandbox.sample = home() / "gateway/sample";
  call.sandbox.mappings = home() / "mappings";
  call.sandbox.routes = home() / "gateway/routes";
  call.sandbox.telling_names = home() / "gateway/tables/telling_names.csv";
  call.sandbox.tables = home() / "gateway/tables";
  command->add_option("--records", call.sandbox.records,
                      "Folder of program records (default: the shipped sample)");
  command->add_option("--mappings", call.sandbox.mappings, "Folder of mappings (default: the shipped ones)");
  command->add_option("--routes", call.sandbox.routes,
                      "Folder of routes: events and recipients (default: the shipped ones)");
  command->add_option("--telling-names", call.sandbox.telling_names,
                      "Table of facilities, programs and groups whose names reveal something sensitive "
                      "(default: the shipped one)");
  command->add_option("--as-of", call.sandbox.as_of, "Where the simulated clock ends: a date or dateTime")
      ->capture_default_str();
  command->add_option("--package", call.sandbox.packages,
                      "A FHIR package (.tgz): its profiles, value sets, forms and search parameters "
                      "are used");
  command->add_flag("--empty", call.sandbox.empty, "Serve without sample records, by the machine's clock");
  command->add_flag("--once", call.sandbox.once, "Do the whole job, print the summary, then exit");
  add_optional(command, "--summary", call.sandbox.summary, "Write the summary as JSON to this file");
}

void define_serve(CLI::App& app, Call& call) {
  call.serve.home = home();
  auto* serve = app.add_subcommand(
      "serve",
      "The gateway. SIGTERM drains and stops, SIGHUP reloads; a bad reload keeps the old configuration");
  auto* config =
      serve->add_option("--config", call.serve.config, "The configuration: one JSON file, comments allowed");
  auto* help = serve->add_flag("--help-config", call.help_config,
                               "Print all settings with types, defaults and bounds, then exit");
  config->excludes(help);
  serve->callback([&call] {
    if (call.serve.config.empty() && !call.help_config) throw CLI::RequiredError("--config");
  });
  auto* check = app.add_subcommand("check",
                                   "Print everything that `serve` would refuse, one line each, "
                                   "without serving; \"ok\" if nothing");
  check->add_option("--config", call.serve.config, "The configuration")->required();
  check->add_flag("--running", call.running,
                  "If a gateway runs with it: print what a reload would refuse; "
                  "do not check its port and store");
}

int dispatch_serve(Call& call, bool serve) {
  if (!serve) return run_check(call.serve, call.running);
  if (!call.help_config) return run_serve(call.serve);
  fmt::print("{}", settings_reference());
  return 0;
}

CLI::App* add_client_action(CLI::App* clients, Call& call, const char* name, const char* help) {
  auto* action = clients->add_subcommand(name, help);
  action->fallthrough();
  if (std::string_view(name) != "list")
    action->add_option("CLIENT_ID", call.client.client_id, "Client id")->required();
  return action;
}

void define_client(CLI::App& app, Call& call) {
  ClientOptions& o = call.client;
  o.home = home();
  auto* clients = app.add_subcommand("client", "Registered clients: who may ask for tokens");
  clients->require_subcommand(1);
  add_optional(clients, "--clients", o.clients, "The file of clients");
  add_optional(clients, "--config", o.config, "A gateway's configuration, which names the file");
  auto* add = add_client_action(clients, call, "add", "Register a client; creates the file if there is none");
  add->add_option("--name", o.name, "Its name, for people");
  add->add_option("--organization", o.organization,
                  "The organization that it acts for: Organization/ORG-PCP1 (none for operator and auditor)");
  add->add_option("--role", o.role, "Its role: one of " + handoff::auth::all_roles())->required();
  add->add_option("--purpose", o.purposes,
                  "Purposes of use: TREAT, HOPERAT, COC, …; at least one, except for operator and auditor")
      ->delimiter(',');
  add->add_option("--scope", o.scopes, "SMART scopes: system/CarePlan.rs")->delimiter(',')->required();
  add_optional(add, "--jwks", o.jwks, "Its public keys: a JWK or a JWK set");
  add_optional(add, "--jwks-uri", o.jwks_uri, "Where its public keys are published (https)");
  add_optional(add, "--key-out", o.key_out,
               "Make a key pair; the private JWK goes to this new file (mode 0600)");
  auto* list = add_client_action(clients, call, "list",
                                 "The clients: state, role, organization, purposes, scopes, keys");
  list->add_flag("--json", o.json, "As JSON");
  add_client_action(clients, call, "disable",
                    "From the next reload on, its tokens are invalid and it gets no new ones");
  add_client_action(clients, call, "enable", "Let it ask for tokens again");
  add_client_action(clients, call, "remove", "Remove the client from the file");
  auto* rotate =
      add_client_action(clients, call, "rotate", "Add a key; the old ones stay valid until they are retired");
  add_optional(rotate, "--jwks", o.jwks, "The new public key");
  add_optional(rotate, "--key-out", o.key_out,
               "Make a key pair; the private JWK goes to this new file (mode 0600)");
  add_optional(rotate, "--retire", o.retire, "Remove the key that has this kid");
}

void define_db(CLI::App& app, Call& call) {
  DbOptions& o = call.db;
  o.home = home();
  auto* db = app.add_subcommand("db", "The store: verify, back up, restore, migrate");
  db->require_subcommand(1);
  add_optional(db, "--data", o.data, "The data folder");
  add_optional(db, "--config", o.config, "Or a gateway's configuration, which names it");
  add_optional(db, "--ledger-key", o.ledger_key,
               "File of the ledger's key (default: the configuration's, or DATA/ledger.key)");
  add_optional(db, "--id-key", o.id_key,
               "File of the key that ids derive from (default: the configuration's, or DATA/id.key)");
  auto* verify = db->add_subcommand("verify",
                                    "Recompute and compare every index row and folded consent, and check "
                                    "the ledger's chain; also while a gateway runs");
  verify->add_flag("--json", o.json, "The report as JSON");
  auto* backup = db->add_subcommand("backup",
                                    "Copy the store as of one instant, also while a gateway runs; the keys "
                                    "of ledger and ids are not copied");
  add_optional(backup, "--to", o.to, "A new file")->required();
  auto* restore = db->add_subcommand(
      "restore", "Verify a backup and put it in the store's place; not while a gateway runs");
  add_optional(restore, "--from", o.from, "The backup")->required();
  restore->add_flag("--force", o.force,
                    "Restore even if there is a store, which is then kept under another name");
  auto* migrate =
      db->add_subcommand("migrate", "Upgrade the store to this program's schema; a newer schema is refused");
  for (auto* action : {verify, backup, restore, migrate}) action->fallthrough();
}

void define_load(CLI::App& app, Call& call) {
  LoadOptions& o = call.load;
  auto* load = app.add_subcommand("load",
                                  "Send Bundles and resources from files to a gateway: *.json, and "
                                  "*.ndjson with one per line");
  load->add_option("INPUT", o.inputs,
                   "Files, or folders of them. Put resources that depend on each other in one transaction, "
                   "because the order of sending is not kept")
      ->required();
  load->add_option("--to", o.to, "The FHIR base: https://host/fhir")->required();
  add_optional(load, "--token", o.token_file, "File with a bearer token");
  load->add_option("--client", o.token.client_id,
                   "Instead of --token: fetch tokens for this client, as often as needed");
  load->add_option("--data", o.token.data, "With --client: a running sandbox's data folder");
  add_optional(load, "--token-url", o.token.token_url,
               "With --client: the token endpoint, https://host/auth/token");
  add_optional(load, "--key", o.token.key, "With --client: the client's private JWK");
  add_optional(load, "--cacert", o.token.ca_file,
               "The gateway's certificate authority, PEM (default: the system's)");
  load->add_option("--parallel", o.parallel, "Connections at once")
      ->capture_default_str()
      ->check(CLI::Range(1, 64));
  load->add_flag("--json", o.json, "The report as JSON");
}

void define_map(CLI::App& app, Call& call) {
  auto* map = app.add_subcommand("map", "Run, look at and test mappings");
  map->require_subcommand(1);
  map->fallthrough();
  call.map.mappings = home() / "mappings";
  map->add_option("--mappings", call.map.mappings, "Folder in which mappings are found by name");
  map->add_flag("--json", call.map.json, "Reports as JSON");
  auto* run = map->add_subcommand(
      "run", "Map files: transaction Bundles as NDJSON on stdout, in a folder, or sent to a gateway");
  run->add_option("MAP", call.map.map, "A mapping's folder, or its name (corrections/referrals)")->required();
  run->add_option("INPUT", call.map.inputs, "Files of records")->required()->check(CLI::ExistingFile);
  add_optional(run, "--to", call.map.to,
               "A folder, or the https URL of a running gateway, which uses its own mapping of this name");
  call.map.home = home();
  add_optional(run, "--id-key", call.map.id_key,
               "File of the key that the installation's ids derive from; without it the ids belong to no "
               "installation, and anybody can compute them");
  add_optional(run, "--data", call.map.data,
               "Or the data folder of a sandbox, which holds the key as id.key");
  add_optional(run, "--config", call.map.config, "Or a gateway's configuration, which names it");
  add_optional(run, "--rejects", call.map.rejects, "Write rejected records as CSV to this file");
  add_optional(run, "--token", call.map.token_file, "File with the bearer token for --to URL");
  add_optional(run, "--cacert", call.map.ca_file, "Certificate authority of --to URL (PEM)");
  run->fallthrough();
  auto* preview = map->add_subcommand("preview", "Show the result of the first records, indented");
  preview->add_option("MAP", call.map.map, "A mapping's folder, or its name")->required();
  preview->add_option("INPUT", call.map.inputs, "File of records")->required()->check(CLI::ExistingFile);
  preview->add_option("--rows", call.preview_rows, "How many records")->capture_default_str();
  preview->fallthrough();
  auto* test = map->add_subcommand("test", "Run the tests that lie beside mappings");
  test->fallthrough();
  test->add_option("DIR", call.test_folders, "Mappings' folders, or their names")->required();
}

void define_fhirpath(CLI::App& app, Call& call) {
  auto* command =
      app.add_subcommand("fhirpath", "Evaluate FHIRPath expressions: JSON lines in, JSON lines out");
  const char* const help =
      "One request per line on stdin, {\"id\", \"expression\", \"resource\", "
      "\"variables\"}; its answer on stdout";
  command->add_flag("--batch", call.batch, help)->required();
}

void define_validate(CLI::App& app, Call& call) {
  auto* command = app.add_subcommand(
      "validate", "Validate resources against R4 and profiles: JSON lines in, JSON lines out");
  const char* const help =
      "One request per line on stdin, {\"id\", \"resource\", \"profiles\"}; its "
      "OperationOutcome on stdout";
  command->add_flag("--batch", call.batch, help)->required();
  command
      ->add_option("--package", call.validate.packages,
                   "A FHIR package (.tgz) whose profiles, value sets and forms are used; repeatable")
      ->expected(1)
      ->take_all();
  command
      ->add_option(
          "--codes", call.validate.code_tables,
          "A code system as a table (.csv: system, version, code, display, parent, inactive); repeatable")
      ->expected(1)
      ->take_all();
}

void define_others(CLI::App& app, Call& call) {
  auto* token = app.add_subcommand(
      "token", "Print a token for a client: of a running sandbox, or of any gateway by the client's key");
  token->add_option("--data", call.token.data, "The sandbox's data folder");
  add_optional(token, "--token-url", call.token.token_url,
               "Without --data: the token endpoint, https://host/auth/token");
  add_optional(token, "--key", call.token.key, "Without --data: the client's private JWK");
  add_optional(token, "--cacert", call.token.ca_file,
               "Without --data: the gateway's certificate authority (default: the system's)");
  token->add_option("--client", call.token.client_id, "Client id")->required();
  token->add_option("--scope", call.token.scope,
                    "Scopes, separated by blanks (default: all that the client is registered with)");
  token->add_option("--purpose", call.token.purpose,
                    "One purpose of use, for example TREAT "
                    "(default: all that the client is registered with)");
  auto* document = app.add_subcommand("document", "Documents that were received")->require_subcommand(1);
  auto* show = document->add_subcommand(
      "show", "A document Bundle as a page for people: HTML that loads nothing and prints well");
  show->add_option("FILE", call.document.file, "The document, as JSON")->required();
  add_optional(show, "--to", call.document.to, "Write the page to this file (default: stdout)");
  auto* partner = app.add_subcommand("partner", "All partners of a sandbox (started by it)");
  partner->add_option("--data", call.partner_data, "The sandbox's data folder")->required();
}

int dispatch(const CLI::App& app, Call& call) {
  const auto chosen = [&app](const char* name) { return app.got_subcommand(name); };
  if (chosen("sandbox")) return run_sandbox(call.sandbox);
  if (chosen("serve") || chosen("check")) return dispatch_serve(call, chosen("serve"));
  if (chosen("load")) return run_load(call.load);
  if (chosen("db")) return run_db(app.get_subcommand("db")->get_subcommands().front()->get_name(), call.db);
  if (chosen("client"))
    return run_client(app.get_subcommand("client")->get_subcommands().front()->get_name(), call.client);
  if (chosen("partner")) return run_partner(call.partner_data);
  if (const auto code = run_operator_command(app, call.operators)) return *code;
  if (chosen("token")) return run_token(call.token);
  if (chosen("validate")) return run_validate_batch(std::cin, std::cout, call.validate);
  if (chosen("document")) return run_document_show(std::cout, call.document);
  if (chosen("fhirpath")) return run_fhirpath_batch(std::cin, std::cout, handoff::SystemClock());
  const CLI::App* map = app.get_subcommand("map");
  if (map->got_subcommand("test")) return test_mappings(call.test_folders, call.map.mappings, call.map.json);
  if (map->got_subcommand("preview")) call.map.rows = call.preview_rows;
  return run_map(call.map);
}

constexpr const char* exit_codes =
    "Exit codes: 0 done; 1 the work failed; 2 the call or the configuration was wrong; 3 done, but some "
    "records were rejected.";

constexpr const char* examples =
    "Try it: `handoff sandbox` is a whole exchange on this machine, with sample records. `handoff COMMAND "
    "--help` lists all options.\n";

// Treats "handoff help" and "handoff help db backup" as calls with --help. Returns the arguments, the last
// one first.
std::vector<std::string> arguments_of(int argc, char** argv) {
  std::vector<std::string> all(argv + 1, argv + argc);
  if (!all.empty() && all.front() == "help") {
    all.erase(all.begin());
    all.emplace_back("--help");
  }
  return {all.rbegin(), all.rend()};
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGXFSZ, SIG_IGN);  // a file at its size limit gives a write error, like a full disk
  CLI::App app("Handoff: an HL7 FHIR R4 gateway for consented exchange");
  app.footer(exit_codes);  // commands inherit it
  app.set_version_flag("--version", "handoff " HANDOFF_VERSION " (FHIR 4.0.1)");
  app.require_subcommand(1);
  Call call;
  call.sandbox.started_as = argv[0];
  auto* level =
      app.add_option("--log-level", call.log_level, "debug, info, warn, error or off")->capture_default_str();
  define_sandbox(app, call);
  define_serve(app, call);
  define_client(app, call);
  define_db(app, call);
  define_load(app, call);
  define_operator_commands(app, call.operators, home());
  define_map(app, call);
  define_fhirpath(app, call);
  define_validate(app, call);
  define_others(app, call);
  app.footer(std::string(examples) + exit_codes);
  try {
    app.parse(arguments_of(argc, argv));
    if (!handoff::log::set_level(call.log_level))
      throw CLI::ValidationError(
          "--log-level", "no such level: " + call.log_level + "; one of debug, info, warn, error, off");
    if (level->count() > 0) call.serve.log_level = call.log_level;
  } catch (const CLI::ParseError& error) {
    const bool is_help_of_nothing =
        argc > 1 && std::string_view(argv[1]) == "help" && !app.remaining(true).empty();
    return error.get_exit_code() == 0 && !is_help_of_nothing ? app.exit(error) : refuse_call(app, error);
  }
  try {
    return dispatch(app, call);
  } catch (const std::exception& error) {
    fmt::print(stderr, "handoff: {}\n", error.what());
    return 1;
  }
}
