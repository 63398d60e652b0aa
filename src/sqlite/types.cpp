#include "sqlite/types.h"

#include <algorithm>

#include "fhir/definitions.h"

namespace handoff::sqlite {

std::int64_t type_number(std::string_view type) {
  const auto all = fhir::Definitions::r4().resources();
  const auto found = std::lower_bound(all.begin(), all.end(), type,
                                      [](const fhir::Type* a, std::string_view b) { return a->name < b; });
  return found != all.end() && (*found)->name == type ? found - all.begin() : -1;
}

std::string_view type_name(std::int64_t number) {
  return fhir::Definitions::r4().resources()[std::size_t(number)]->name;
}

}  // namespace handoff::sqlite
