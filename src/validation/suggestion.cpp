#include "validation/suggestion.h"

#include <algorithm>
#include <array>

namespace handoff::validation {
namespace {

constexpr std::size_t name_bytes_max = 48;  // the longest member of R4 has 43

char lower(char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; }

// The edit distance of two names. Upper and lower case count as equal.
std::size_t distance(std::string_view a, std::string_view b) {
  std::array<std::size_t, name_bytes_max + 1> row{};
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = diagonal + (lower(a[i - 1]) == lower(b[j - 1]) ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({change, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

std::string member_name(const fhir::Element& element, const fhir::Type& type) {
  std::string name(element.name);
  if (!element.is_choice) return name;
  name += type.name;
  char& first = name[element.name.size()];
  if (first >= 'a' && first <= 'z') first = char(first - 'a' + 'A');
  return name;
}

// For "value" or "valueFoo", if value[x] has types.
std::string suggest_variant(const fhir::Element& element) {
  std::string text = std::string(element.name) + " has its type in its name: ";
  const std::size_t shown = std::min<std::size_t>(element.types.size(), 12);
  for (std::size_t i = 0; i < shown; ++i)
    text += (i ? ", " : "") + member_name(element, *element.types[i].type);
  return text + (shown < element.types.size() ? " and others." : ".");
}

}  // namespace

std::string suggest(const fhir::Type& type, std::string_view member) {
  if (member.size() > name_bytes_max) return {};
  // A wrong type of a choice is not a misspelling of its allowed types, unless only one letter differs.
  const fhir::Element* choice = nullptr;
  for (const fhir::Element& element : type.elements)
    if (element.is_choice && member.starts_with(element.name)) choice = &element;
  std::string nearest;
  std::size_t least = choice ? 2 : std::clamp<std::size_t>(member.size() / 3, 1, 3) + 1;
  for (const fhir::Element& element : type.elements)
    for (const fhir::TypeChoice& each : element.types) {
      const std::string name = member_name(element, *each.type);
      const std::size_t edits = name.size() > name_bytes_max ? least : distance(member, name);
      if (edits >= least) continue;
      least = edits;
      nearest = name;
    }
  if (!nearest.empty()) return "Did you mean " + nearest + "?";
  return choice ? suggest_variant(*choice) : std::string();
}

}  // namespace handoff::validation
