// Search parameters of type token (R4 "search", token): codes, identifiers and similar values, found by hash.
#include <algorithm>

#include "core/hash.h"
#include "search/parameter_type.h"
#include "search/value_text.h"

namespace handoff::search {
namespace {

using fhirpath::Item;

// A token is found with its system ("|code" if it has none), by the code alone, and by the system alone
// ("system|").
void add_token(std::string_view system, std::string_view code, ParameterKey parameter, IndexRows& rows) {
  if (code.empty()) return;
  if (!system.empty()) rows.tokens.push_back({parameter, hash64(std::string(system) + "|")});
  std::string whole;
  whole.reserve(system.size() + 1 + code.size());
  whole.append(system).append("|").append(code);
  rows.tokens.push_back({parameter, hash64(whole)});
  rows.tokens.push_back({parameter, hash64(code)});
}

void add_coding(json::Value coding, ParameterKey parameter, IndexRows& rows) {
  add_token(coding["system"].text(), coding["code"].text(), parameter, rows);
}

// If the element is bound to value sets, the code has the systems that they name for it.
void add_bound_code(const Item& item, const fhir::ValueSet& codes, ParameterKey parameter, IndexRows& rows) {
  if (!item.value.is_string()) return;
  const std::string_view code = item.value.text();
  const auto before = [](const fhir::Code& known, std::string_view wanted) { return known.code < wanted; };
  auto found = std::lower_bound(codes.codes.begin(), codes.codes.end(), code, before);
  for (; found != codes.codes.end() && found->code == code; ++found)
    add_token(found->system, code, parameter, rows);
}

void make_rows(const Item& item, const RowContext& context, IndexRows& rows) {
  const json::Value value = item.value;
  if (context.codes) add_bound_code(item, *context.codes, context.parameter, rows);
  if (!value.is_object()) return add_token("", fhirpath::to_text(item), context.parameter, rows);
  const std::string_view type = fhirpath::type_name(item);
  if (type == "Coding") return add_coding(value, context.parameter, rows);
  if (type == "Identifier")
    return add_token(value["system"].text(), value["value"].text(), context.parameter, rows);
  if (type == "ContactPoint") return add_token("", value["value"].text(), context.parameter, rows);
  for (const json::Value coding : value["coding"].items()) add_coding(coding, context.parameter, rows);
}

Result<void> read_value(const ParameterContext&, std::string_view value, std::vector<KeyRange>& ranges) {
  const auto parts = split_escaped(value, '|');
  if (parts.size() > 2) return refused_value("a token is code, system|code, |code or system|");
  if (parts.size() == 2 && parts[0].empty() && parts[1].empty())
    return refused_value("names neither a system nor a code");
  auto code = unescaped(parts.back());
  if (!code) return code.error();
  if (parts.size() == 1) {
    ranges.push_back(HashKey{hash64(*code)});
    return {};
  }
  auto system = unescaped(parts[0]);
  if (!system) return system.error();
  ranges.push_back(HashKey{hash64(*system + "|" + *code)});
  return {};
}

Result<Condition> read(const ParameterContext& context, Values values) {
  return test_of(context, values, read_value);
}

constexpr Modifier modifiers[] = {{"", read}};

}  // namespace

const ParameterType token_type{Index::token, false, make_rows, modifiers};

}  // namespace handoff::search
