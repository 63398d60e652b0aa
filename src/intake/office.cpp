#include "intake/office.h"

#include <fmt/format.h>

#include "core/text.h"

namespace handoff::intake {

void Office::set_mappings(std::filesystem::path folder) {
  const std::lock_guard hold(mutex_);
  mappings_folder_ = std::move(folder);
  mappings_.clear();
}

Result<std::shared_ptr<const mapping::Mapping>> Office::mapping(const std::string& name) const {
  const std::lock_guard hold(mutex_);
  if (const auto known = mappings_.find(name); known != mappings_.end()) return known->second;
  const bool is_name =
      !name.empty() && name.find_first_not_of(
                           "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-/") == name.npos;
  if (!is_name || name.front() == '/' || !std::filesystem::exists(mappings_folder_ / name / "map.json"))
    return problem(Kind::not_found, fmt::format("there is no mapping \"{}\" here", shown_text(name)));
  auto loaded = mapping::Mapping::load(mappings_folder_ / name, name);
  if (!loaded)
    return problem(Kind::unavailable,
                   fmt::format("the mapping {} cannot be read: {}", name, loaded.error().summary()));
  return mappings_.emplace(name, std::move(*loaded)).first->second;
}

}  // namespace handoff::intake
