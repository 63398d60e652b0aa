// Search parameters of type quantity (R4 "search", quantity): numbers with a unit.
#include "core/hash.h"
#include "search/number.h"
#include "search/parameter_type.h"
#include "search/value_text.h"

namespace handoff::search {
namespace {

std::uint64_t unit_hash(std::string_view system, std::string_view code) {
  return hash64(std::string(system).append("|").append(code));
}

// A quantity can be found without a unit (0), by "system|code", and by "|code" and "|unit" as people write
// them.
void add_quantity(json::Value quantity, ParameterKey parameter, IndexRows& rows) {
  const bool money = bool(quantity["currency"]);
  const std::string_view system = money ? "urn:iso:std:iso:4217" : quantity["system"].text();
  const std::string_view code = money ? quantity["currency"].text() : quantity["code"].text();
  const std::string_view unit = quantity["unit"].text();
  const json::Value value = quantity["value"];
  add_number(value, 0, parameter, rows);
  if (!code.empty() && !system.empty()) add_number(value, unit_hash(system, code), parameter, rows);
  if (!code.empty()) add_number(value, unit_hash("", code), parameter, rows);
  if (!unit.empty() && unit != code) add_number(value, unit_hash("", unit), parameter, rows);
}

void make_rows(const fhirpath::Item& item, const RowContext& context, IndexRows& rows) {
  const json::Value value = item.value;
  if (value.is_number()) return add_number(value, 0, context.parameter, rows);
  if (fhirpath::type_name(item) != "Range") return add_quantity(value, context.parameter, rows);
  add_quantity(value["low"], context.parameter, rows);
  add_quantity(value["high"], context.parameter, rows);
}

Result<void> read_value(const ParameterContext&, std::string_view value, std::vector<KeyRange>& ranges) {
  const auto parts = split_escaped(value, '|');
  if (parts.size() != 1 && parts.size() != 3)
    return refused_value("a quantity is number, number|system|code or number||code");
  if (parts.size() == 1) return read_number(parts[0], 0, ranges);
  auto system = unescaped(parts[1]), code = unescaped(parts[2]);
  if (!system) return system.error();
  if (!code) return code.error();
  if (code->empty()) return refused_value("a quantity with a system needs a code");
  return read_number(parts[0], unit_hash(*system, *code), ranges);
}

Result<Condition> read(const ParameterContext& context, Values values) {
  return test_of(context, values, read_value);
}

constexpr Modifier modifiers[] = {{"", read}};

}  // namespace

const ParameterType quantity_type{Index::number, false, make_rows, modifiers};

}  // namespace handoff::search
