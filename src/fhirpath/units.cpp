#include "fhirpath/units.h"

#include <algorithm>

namespace handoff::fhirpath {
namespace {

struct UnitRow {
  std::string_view code;
  std::string_view base;  // empty: a pure number
  std::string_view factor;
};

constexpr UnitRow unit_rows[] = {
    {"1", "", "1"},
    {"%", "", "0.01"},
    {"g", "g", "1"},
    {"kg", "g", "1000"},
    {"mg", "g", "0.001"},
    {"ug", "g", "0.000001"},
    {"ng", "g", "0.000000001"},
    {"pg", "g", "0.000000000001"},
    {"[lb_av]", "g", "453.59237"},
    {"[oz_av]", "g", "28.349523125"},
    {"m", "m", "1"},
    {"km", "m", "1000"},
    {"dm", "m", "0.1"},
    {"cm", "m", "0.01"},
    {"mm", "m", "0.001"},
    {"um", "m", "0.000001"},
    {"nm", "m", "0.000000001"},
    {"[in_i]", "m", "0.0254"},
    {"[ft_i]", "m", "0.3048"},
    {"[yd_i]", "m", "0.9144"},
    {"[mi_i]", "m", "1609.344"},
    {"L", "L", "1"},
    {"l", "L", "1"},
    {"dL", "L", "0.1"},
    {"mL", "L", "0.001"},
    {"uL", "L", "0.000001"},
    {"mol", "mol", "1"},
    {"mmol", "mol", "0.001"},
    {"umol", "mol", "0.000001"},
    {"nmol", "mol", "0.000000001"},
    {"s", "s", "1"},
    {"ms", "s", "0.001"},
    {"min", "s", "60"},
    {"h", "s", "3600"},
    {"d", "s", "86400"},
    {"wk", "s", "604800"},
    {"mo", "mo", "1"},
    {"a", "mo", "12"},
};

constexpr UnitRow calendar_rows[] = {
    {"year", "month", "12"}, {"month", "month", "1"}, {"week", "s", "604800"}, {"day", "s", "86400"},
    {"hour", "s", "3600"},   {"minute", "s", "60"},   {"second", "s", "1"},    {"millisecond", "s", "0.001"},
};

void add_base(Measure& measure, std::string_view base, int exponent) {
  const auto at = std::lower_bound(measure.bases.begin(), measure.bases.end(), base,
                                   [](const auto& pair, std::string_view name) { return pair.first < name; });
  if (at == measure.bases.end() || at->first != base) {
    measure.bases.insert(at, {base, exponent});
  } else if ((at->second += exponent) == 0) {
    measure.bases.erase(at);
  }
}

void multiply_by(Measure& measure, Decimal factor, int exponent) {
  for (int i = 0; i < (exponent < 0 ? -exponent : exponent); ++i) {
    const auto product = exponent < 0 ? Decimal::divide(measure.factor, factor) : Decimal::multiply(measure.factor, factor);
    if (product) measure.factor = product->normalized();
  }
}

// One term: a unit with an exponent of one digit, as in "m2" or "s-1".
void add_term(Measure& measure, std::string_view term, int sign) {
  int exponent = 1;
  std::string_view unit = term;
  if (term.size() > 1 && term.back() >= '1' && term.back() <= '9') {
    exponent = term.back() - '0';
    unit.remove_suffix(1);
    if (unit.size() > 1 && unit.back() == '-') {
      exponent = -exponent;
      unit.remove_suffix(1);
    }
  }
  for (const UnitRow& row : unit_rows) {
    if (row.code != unit) continue;
    multiply_by(measure, *Decimal::parse(row.factor), sign * exponent);
    if (!row.base.empty()) add_base(measure, row.base, sign * exponent);
    return;
  }
  add_base(measure, term, sign);
}

}  // namespace

Measure measure_of(std::string_view code, bool calendar) {
  Measure measure;
  if (calendar) {
    for (const UnitRow& row : calendar_rows) {
      if (row.code != code) continue;
      measure.factor = *Decimal::parse(row.factor);
      measure.bases = {{row.base, 1}};
      return measure;
    }
  }
  int sign = 1;
  while (!code.empty()) {
    const std::size_t end = std::min(code.find_first_of("./"), code.size());
    if (end > 0) add_term(measure, code.substr(0, end), sign);
    if (end == code.size()) break;
    sign = code[end] == '/' ? -1 : 1;
    code.remove_prefix(end + 1);
  }
  return measure;
}

std::string_view calendar_unit(std::string_view word) {
  for (const UnitRow& row : calendar_rows) {
    const std::string_view unit = row.code;
    if (word == unit || (word.size() == unit.size() + 1 && word.back() == 's' && word.starts_with(unit))) return unit;
  }
  return {};
}

std::string code_of(const Measure& measure) {
  std::string code;
  for (const auto& [base, exponent] : measure.bases) {
    if (!code.empty()) code += '.';
    code += base;
    if (exponent != 1) code += std::to_string(exponent);
  }
  return code.empty() ? "1" : code;
}

}  // namespace handoff::fhirpath
