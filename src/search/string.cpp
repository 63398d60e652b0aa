// Search parameters of type string (R4 "search", string): text without case, accents and punctuation, found
// by its beginning.
#include "core/name_fold.h"
#include "core/text.h"
#include "search/parameter_type.h"
#include "search/value_text.h"

namespace handoff::search {
namespace {

constexpr std::size_t string_bytes_max = 128;  // of a row
constexpr std::string_view name_parts[] = {"text", "family", "given", "prefix", "suffix"};
constexpr std::string_view address_parts[] = {"text",  "line",       "city",   "district",
                                              "state", "postalCode", "country"};

void add_row(std::string text, ParameterKey parameter, IndexRows& rows) {
  if (text.size() > string_bytes_max) {
    std::size_t end = string_bytes_max;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    text.resize(end);
  }
  if (!text.empty()) rows.strings.push_back({parameter, std::move(text)});
}

// "Ozturk-Vane" is found as two words and as one.
void add_string(std::string_view text, ParameterKey parameter, IndexRows& rows) {
  Unpunctuated forms = without_punctuation(fold(text));
  if (forms.closed != forms.spaced) add_row(std::move(forms.closed), parameter, rows);
  add_row(std::move(forms.spaced), parameter, rows);
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

// Everything that begins with `first`.
TextRange range_of(std::string first, std::string given) {
  std::string behind = first;
  behind.back() = char(static_cast<unsigned char>(behind.back()) + 1);  // no overflow: UTF-8 ends below 0xC0
  return {std::move(first), std::move(behind), std::move(given)};
}

Result<void> read_value(const ParameterContext&, std::string_view value, std::vector<KeyRange>& ranges) {
  auto text = unescaped(value);
  if (!text) return text.error();
  if (!is_utf8(*text)) return refused_value("must be UTF-8");
  Unpunctuated forms = without_punctuation(fold(*text));
  if (forms.closed.empty()) return refused_value("nothing but punctuation would find everything");
  if (forms.spaced.size() > string_bytes_max)
    return refused_value("is longer than 128 bytes, the most that is indexed");
  if (forms.closed != forms.spaced) ranges.push_back(range_of(std::move(forms.closed), *text));
  ranges.push_back(range_of(std::move(forms.spaced), std::move(*text)));
  return {};
}

Result<Condition> read(const ParameterContext& context, Values values) {
  return test_of(context, values, read_value);
}

constexpr Modifier modifiers[] = {{"", read}};

}  // namespace

const ParameterType string_type{Index::string, true, make_rows, modifiers};

}  // namespace handoff::search
