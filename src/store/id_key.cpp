#include "store/id_key.h"

#include "store/resources.h"
#include "store/settings.h"

namespace handoff::store {
namespace {

constexpr std::string_view keyless_setting = "keyless_ids";

Problem another_key(const std::string& store) {
  return problem(Kind::incorrect, "the ids of " + store + " were made with another key");
}

}  // namespace

Result<bool> has_id_key(const Engine& engine, const std::filesystem::path& file) {
  const auto value = engine.id_key_check(file);
  if (!value) return value.error();
  return !value->empty();
}

Result<void> check_id_key(const Engine& engine, const std::filesystem::path& file, const IdKey& key) {
  const auto value = engine.id_key_check(file);
  if (!value) return value.error();
  if (!value->empty() && *value != key.check_value()) return another_key(file.string());
  return {};
}

Result<void> take_id_key(Store& store, const IdKey& key) {
  Batch batch;
  {
    const Snapshot snapshot = store.snapshot();
    if (const auto value = snapshot.settings().find(id_key_setting)) {
      if (*value != key.check_value()) return another_key("the store");
      return {};
    }
    if (snapshot.resources().newest_pk() != Pk::none) batch.settings.emplace_back(keyless_setting, "true");
  }
  batch.settings.emplace_back(id_key_setting, key.check_value());
  if (auto written = store.commit_and_wait(std::move(batch)); !written) return written.error();
  return {};
}

bool has_keyless_ids(const Snapshot& snapshot) {
  return snapshot.settings().find(keyless_setting).has_value();
}

}  // namespace handoff::store
