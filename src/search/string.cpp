// Search parameters of type string (R4 "search", string): folded text, found by its beginning.
#include "core/text.h"
#include "search/parameter_type.h"
#include "search/value_text.h"

namespace handoff::search {
namespace {

constexpr std::size_t string_bytes_max = 128;  // of a row
constexpr std::string_view name_parts[] = {"text", "family", "given", "prefix", "suffix"};
constexpr std::string_view address_parts[] = {"text",  "line",       "city",   "district",
                                              "state", "postalCode", "country"};

void add_string(std::string_view text, ParameterKey parameter, IndexRows& rows) {
  std::string folded = fold(text);
  if (folded.size() > string_bytes_max) {
    std::size_t end = string_bytes_max;
    while (end > 0 && (static_cast<unsigned char>(folded[end]) & 0xC0) == 0x80) --end;
    folded.resize(end);
  }
  if (!folded.empty()) rows.strings.push_back({parameter, std::move(folded)});
}

void add_parts(json::Value value, std::span<const std::string_view> parts, ParameterKey parameter,
               IndexRows& rows) {
  for (const std::string_view part : parts) {
    const json::Value found = value[part];
    add_string(found.text(), parameter, rows);
    for (const json::Value item : found.items()) add_string(item.text(), parameter, rows);
  }
}

void make_rows(const fhirpath::Item& item, const RowContext& context, IndexRows& rows) {
  if (!item.value.is_object()) return add_string(item.value.text(), context.parameter, rows);
  const std::string_view type = fhirpath::type_name(item);
  if (type == "HumanName") return add_parts(item.value, name_parts, context.parameter, rows);
  if (type == "Address") return add_parts(item.value, address_parts, context.parameter, rows);
}

Result<void> read_value(const ParameterContext&, std::string_view value, std::vector<KeyRange>& ranges) {
  auto text = unescaped(value);
  if (!text) return text.error();
  if (!is_utf8(*text)) return refused_value("must be UTF-8");
  std::string first = fold(*text);
  if (first.empty()) return refused_value("an empty string would find everything");
  if (first.size() > string_bytes_max)
    return refused_value("is longer than 128 bytes, the most that is indexed");
  std::string behind = first;
  behind.back() = char(static_cast<unsigned char>(behind.back()) + 1);  // no overflow: UTF-8 ends below 0xC0
  ranges.push_back(TextRange{std::move(first), std::move(behind), std::move(*text)});
  return {};
}

Result<Condition> read(const ParameterContext& context, Values values) {
  return test_of(context, values, read_value);
}

constexpr Modifier modifiers[] = {{"", read}};

}  // namespace

const ParameterType string_type{Index::string, true, make_rows, modifiers};

}  // namespace handoff::search
