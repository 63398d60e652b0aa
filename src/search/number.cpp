// Search parameters of type number (R4 "search", number), found by order.
#include "search/number.h"

#include <cmath>

#include "core/number.h"
#include "search/parameter_type.h"
#include "search/value_text.h"

namespace handoff::search {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

double below(double value) { return std::nextafter(value, -infinity); }
double above(double value) { return std::nextafter(value, infinity); }

// Half a unit of the last digit: the precision that "100" leaves open. R4's example with an exponent: 1e2 is
// 95 to 105.
double half_unit(std::string_view text) {
  const auto e = text.find_first_of("eE");
  const std::string_view digits = text.substr(0, e);
  const auto point = digits.find('.');
  const int decimals = point == digits.npos ? 0 : int(digits.size() - point - 1);
  int exponent = 0;
  if (e != text.npos) {
    std::string_view power = text.substr(e + 1);
    if (power.starts_with('+')) power.remove_prefix(1);
    exponent = parse_number<int>(power).value_or(0) - 1;
  }
  return 0.5 * std::pow(10.0, exponent - decimals);
}

void make_rows(const fhirpath::Item& item, const RowContext& context, IndexRows& rows) {
  add_number(item.value, 0, context.parameter, rows);
}

Result<void> read_value(const ParameterContext&, std::string_view value, std::vector<KeyRange>& ranges) {
  return read_number(value, 0, ranges);
}

Result<Condition> read(const ParameterContext& context, Values values) {
  return test_of(context, values, read_value);
}

constexpr Modifier modifiers[] = {{"", read}};

}  // namespace

Result<void> read_number(std::string_view value, std::uint64_t unit, std::vector<KeyRange>& ranges) {
  const auto [prefix, text] = prefix_of(value);
  const auto parsed = parse_number<double>(text);
  if (!parsed || !std::isfinite(*parsed)) return refused_value("must be a number, with or without a prefix");
  const double number = *parsed, margin = half_unit(text);
  const double low = number - margin, high = number + margin;  // low <= v < high
  const auto add = [&](double from, double to) { ranges.push_back(NumberRange{unit, from, to}); };
  switch (prefix) {
    case Prefix::eq: add(low, below(high)); break;
    case Prefix::ne: add(-infinity, below(low)), add(high, infinity); break;
    case Prefix::gt:
    case Prefix::sa: add(above(number), infinity); break;
    case Prefix::lt:
    case Prefix::eb: add(-infinity, below(number)); break;
    case Prefix::ge: add(number, infinity); break;
    case Prefix::le: add(-infinity, number); break;
    case Prefix::ap: add(number - std::abs(number) * 0.1, number + std::abs(number) * 0.1); break;
  }
  return {};
}

void add_number(json::Value number, std::uint64_t unit, ParameterKey parameter, IndexRows& rows) {
  const auto value = parse_number<double>(number.text());
  if (number.is_number() && value) rows.numbers.push_back({parameter, unit, *value});
}

const ParameterType number_type{Index::number, false, make_rows, modifiers};

}  // namespace handoff::search
