#include "serve/keys.h"

#include <fmt/format.h>

#include "core/hash.h"
#include "serve/engine.h"
#include "serve/files.h"
#include "store/id_key.h"

namespace handoff::gateway {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t key_bytes_min = 32;

Result<std::string> made_key(const fs::path& file, bool make_key) {
  const std::string made = to_hex(random_bytes(key_bytes_min));
  if (make_key)
    if (auto written = write_file(file, made + "\n", 0600); !written) return written.error();
  return made;
}

}  // namespace

Result<std::string> read_key(const fs::path& file) {
  auto key = read_secret(file);
  if (!key) return key.error();
  if (key->size() < key_bytes_min)
    return problem(Kind::incorrect, fmt::format("{} holds {} bytes; at least {} are needed", file.string(),
                                                key->size(), key_bytes_min));
  return key;
}

Result<std::string> ledger_key(const fs::path& file, const fs::path& store, bool make_key) {
  if (!fs::exists(file)) {
    if (!fs::exists(store)) return made_key(file, make_key);
    return problem(Kind::not_found, fmt::format("{} is missing, but {} was sealed with this key: put it back",
                                                file.string(), store.string()));
  }
  auto key = read_key(file);
  if (!key || !fs::exists(store)) return key;
  const auto schema = engine().schema_of(store);
  if (!schema) return schema.error();
  if (*schema > 0)
    if (auto fits = engine().check_ledger_key(store, *key); !fits) return fits.error();
  return key;
}

Result<std::string> id_key(const fs::path& file, const fs::path& store, bool make_key) {
  if (!fs::exists(file)) {
    const auto in_use = fs::exists(store) ? store::has_id_key(engine(), store) : Result<bool>(false);
    if (!in_use) return in_use.error();
    if (!*in_use) return made_key(file, make_key);
    return problem(Kind::not_found,
                   fmt::format("{} is missing, but the ids of {} were made with this key: put it back",
                               file.string(), store.string()));
  }
  auto key = read_key(file);
  if (!key || !fs::exists(store)) return key;
  if (auto fits = store::check_id_key(engine(), store, IdKey(*key)); !fits) return fits.error();
  return key;
}

}  // namespace handoff::gateway
