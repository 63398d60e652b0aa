// A search parameter (R4 "searchparameter"): R4's own, or one of a package.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace handoff::fhir {

enum class SearchType : std::uint8_t {
  number,
  date,
  string,
  token,
  reference,
  composite,
  quantity,
  uri,
  special
};
std::string_view to_code(SearchType type);  // "token"
std::optional<SearchType> search_type(std::string_view code);

struct SearchComponent {
  std::string_view code;  // of the parameter that the definition names
  std::string_view expression;
};

struct SearchParameter {
  static constexpr std::uint16_t first_added = 0x8000;

  std::string_view url;
  std::string_view code;  // "identifier"
  SearchType type = SearchType::token;
  std::uint16_t index = 0;  // stable number, stored in index rows; R4's from 0, others from first_added
  // resource types; "Resource" and "DomainResource" stand for all
  std::vector<std::string_view> bases = {};
  std::string_view expression = {};  // FHIRPath for all bases together, as published
  std::vector<std::string_view> targets = {};
  std::vector<SearchComponent> components = {};
};

}  // namespace handoff::fhir
