// Small texts that a store keeps under a name.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace handoff::store {

class Settings {
 public:
  virtual ~Settings() = default;
  virtual std::optional<std::string> find(std::string_view name) const = 0;
};

}  // namespace handoff::store
