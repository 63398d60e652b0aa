#include "tools/db_command.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include "serve/engine.h"
#include "serve/files.h"
#include "serve/keys.h"
#include "store/id_key.h"
#include "tools/progress.h"
#include "tools/store_verification.h"

namespace handoff::gateway {
namespace {

namespace fs = std::filesystem;

// If the key of ids exists, it must be the store's key. Returns true if there is one.
Result<bool> check_ids(const fs::path& store, const StorePlace& place, const DbOptions& options) {
  if (!options.id_key && !fs::exists(place.id_key)) return false;
  const auto key = read_key(place.id_key);
  if (!key) return key.error();
  const auto fits = store::check_id_key(engine(), store, IdKey(*key));
  if (fits) return true;
  if (fits.error().kind != Kind::incorrect) return fits.error();  // about the store, not about the key
  return problem(Kind::incorrect, fits.error().summary(), "--id-key");
}

// Without a key the chain is not verified, and the report says so. A key file that the call names must exist.
Result<std::optional<std::string>> key_of(const StorePlace& place, const DbOptions& options) {
  if (!options.ledger_key && !fs::exists(place.ledger_key)) return std::nullopt;
  auto key = read_secret(place.ledger_key);
  if (!key) return key.error();
  return std::optional(std::move(*key));
}

Result<int> verify_file(const fs::path& file, const StorePlace& place, const DbOptions& options, bool quiet) {
  const auto key = key_of(place, options);
  if (!key) return key.error();
  const auto ids = check_ids(file, place, options);
  if (!ids) return ids.error();
  const auto report = verify_store(file, *key);
  if (!report) return report.error();
  if (!options.json)
    for (const store::Finding& finding : report->findings)
      fmt::print(stderr, "handoff db: {}: {}: {}\n", finding.kind, finding.place, finding.what);
  if (!quiet) fmt::print("{}", options.json ? to_json(*report) : to_text(*report));
  if (!quiet && !options.json && !*ids)
    fmt::print("ids            not checked against their key: no key was given\n");
  return report->findings.empty() ? 0 : 1;
}

Result<int> verify(const StorePlace& place, const DbOptions& options) {
  return verify_file(place.store, place, options, false);
}

Result<int> back_up(const StorePlace& place, const DbOptions& options) {
  if (!options.to) return problem(Kind::incorrect, "is missing", "--to");
  const auto key = key_of(place, options);
  if (!key) return key.error();
  {
    Progress progress("copying pages");
    const auto show = [&progress](std::size_t done, std::size_t total) {
      progress.set_total(total);
      progress.show(done);
    };
    if (auto done = engine().back_up(place.store, *options.to, *key, show); !done) return done.error();
  }
  fmt::print("{} bytes in {}; the keys of ledger and ids are not in it\n", fs::file_size(*options.to),
             options.to->string());
  return 0;
}

Result<int> restore(const StorePlace& place, const DbOptions& options) {
  if (!options.from) return problem(Kind::incorrect, "is missing", "--from");
  if (!fs::exists(*options.from))
    return problem(Kind::not_found, "there is no backup " + options.from->string(), "--from");
  if (!fs::is_directory(place.store.parent_path()))
    return problem(Kind::not_found, "there is no folder " + place.store.parent_path().string(),
                   options.data ? "--data" : "data_folder");
  if (const auto schema = engine().schema_of(*options.from); !schema)
    return problem(Kind::incorrect, schema.error().summary(), "--from");
  const auto verified = verify_file(*options.from, place, options, true);
  if (!verified) return verified.error();
  if (*verified != 0)
    return problem(Kind::fault, options.from->string() + " is not sound; nothing was changed", "--from");
  const auto key = key_of(place, options);
  if (!key) return key.error();
  fs::path moved_to;
  if (auto done = engine().restore(*options.from, place.store, *key, options.force, moved_to); !done)
    return done.error();
  if (!moved_to.empty()) fmt::print("the previous store is now {}\n", moved_to.string());
  fmt::print("restored {}\n", place.store.string());
  if (const auto ids = store::has_id_key(engine(), place.store); ids && *ids && !fs::exists(place.id_key))
    fmt::print("before you start the gateway, put the key of its ids at {}\n", place.id_key.string());
  return 0;
}

Result<int> migrate(const StorePlace& place, const DbOptions&) {
  const auto schema = engine().schema_of(place.store);
  if (!schema) return schema.error();
  if (auto migrated = engine().migrate(place.store); !migrated) return migrated.error();
  fmt::print("schema {} (it was {})\n", engine().newest_schema(), *schema);
  return 0;
}

struct Action {
  std::string_view name;
  Result<int> (*run)(const StorePlace& place, const DbOptions& options);
};
constexpr Action actions[] = {
    {"verify", verify}, {"backup", back_up}, {"restore", restore}, {"migrate", migrate}};

bool is_wrong_call(Kind kind) {
  return kind == Kind::incorrect || kind == Kind::not_found || kind == Kind::conflict ||
         kind == Kind::forbidden;
}

}  // namespace

int run_db(const std::string& action, const DbOptions& options) {
  ::umask(0077);
  const auto* found =
      std::find_if(std::begin(actions), std::end(actions), [&](const Action& a) { return a.name == action; });
  const auto place = place_of(options);
  const auto done = place ? found->run(*place, options) : Result<int>(place.error());
  if (done) return *done;
  for (const Issue& issue : done.error().issues)
    fmt::print(stderr, "handoff db {}: {}{}{}\n", action, issue.expression,
               issue.expression.empty() ? "" : ": ", issue.diagnostics);
  return is_wrong_call(done.error().kind) ? 2 : 1;
}

}  // namespace handoff::gateway
