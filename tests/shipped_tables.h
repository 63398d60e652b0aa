// The shipped tables of placeholders and nicknames (gateway/tables).
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>

#include "identity/tables.h"

namespace handoff {

inline identity::Tables read_shipped_tables() {
  const auto text = [](const char* name) {
    std::ifstream in(std::filesystem::path(HANDOFF_SOURCE_DIR) / "gateway/tables" / name, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
  };
  return {identity::Placeholders::read(text("placeholders.csv")).value(),
          identity::Nicknames::read(text("nicknames.csv")).value()};
}

inline const identity::Tables& shipped_tables() {
  static const identity::Tables tables = read_shipped_tables();
  return tables;
}

}  // namespace handoff
