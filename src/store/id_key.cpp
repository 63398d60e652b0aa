#include "store/id_key.h"

#include <fmt/format.h>

#include "store/schema.h"
#include "store/sqlite.h"

namespace handoff::store {
namespace {

constexpr std::string_view check_setting = "id_key";
constexpr std::string_view keyless_setting = "keyless_ids";

Problem another_key(const std::string& store) { return problem(Kind::incorrect, "the ids of " + store + " were made with another key"); }

// Empty: the store has none.
Result<std::string> check_value_of(const std::filesystem::path& file) {
  const auto schema = schema_of(file);
  if (!schema) return schema.error();
  if (*schema == 0) return std::string();
  try {
    const Connection connection(file, true);
    Statement s(connection, "SELECT value FROM setting WHERE name = ?1");
    return s.bind(1, check_setting).step() ? std::string(s.text(0)) : std::string();
  } catch (const StoreFailure& failure) {
    return problem(Kind::unavailable, fmt::format("{}: {}", file.string(), failure.what()));
  }
}

}  // namespace

Result<bool> has_id_key(const std::filesystem::path& file) {
  const auto value = check_value_of(file);
  if (!value) return value.error();
  return !value->empty();
}

Result<void> check_id_key(const std::filesystem::path& file, const IdKey& key) {
  const auto value = check_value_of(file);
  if (!value) return value.error();
  if (!value->empty() && *value != key.check_value()) return another_key(file.string());
  return {};
}

Result<void> take_id_key(Store& store, const IdKey& key) {
  Batch batch;
  {
    const Snapshot snapshot = store.snapshot();
    if (const auto value = snapshot.setting(check_setting)) {
      if (*value != key.check_value()) return another_key("the store");
      return {};
    }
    if (snapshot.newest_pk() > 0) batch.settings.emplace_back(keyless_setting, "true");
  }
  batch.settings.emplace_back(check_setting, key.check_value());
  if (auto written = store.commit_and_wait(std::move(batch)); !written) return written.error();
  return {};
}

bool has_keyless_ids(const Snapshot& snapshot) { return snapshot.setting(keyless_setting).has_value(); }

}  // namespace handoff::store
