// Numbers of resource types in the store: their index in the sorted list of R4's resource types.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace handoff::sqlite {

std::int64_t type_number(std::string_view type);  // -1 for a type that R4 does not have
std::string_view type_name(std::int64_t number);

}  // namespace handoff::sqlite
