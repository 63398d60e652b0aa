// Numbers in the store. A resource type is its index in the sorted list of R4's resource types. Index tables
// have a version as -pk, so that the newest comes first.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "store/numbers.h"

namespace handoff::sqlite {

std::int64_t type_number(std::string_view type);  // -1 for a type that R4 does not have
std::string_view type_name(std::int64_t number);

constexpr std::int64_t npk_of(store::Pk pk) { return -std::int64_t(pk); }
constexpr store::Pk pk_of(std::int64_t npk) { return store::Pk{-npk}; }

}  // namespace handoff::sqlite
