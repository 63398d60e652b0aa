// A number with its noun, for people: "1 record", "2 records".
#pragma once

#include <string>
#include <string_view>

namespace handoff::gateway {

inline std::string counted(std::size_t number, std::string_view noun) {
  return std::to_string(number) + " " + std::string(noun) + (number == 1 ? "" : "s");
}

}  // namespace handoff::gateway
