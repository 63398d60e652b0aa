#include "fhirpath/units.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "fhirpath/ucum.h"

namespace handoff::fhirpath {
namespace {

using Digits = Decimal::Digits;

constexpr std::pair<std::string_view, std::string_view> calendar_rows[] = {
    {"year", "12 month"}, {"month", ""},     {"week", "wk"},  {"day", "d"},
    {"hour", "h"},        {"minute", "min"}, {"second", "s"}, {"millisecond", "ms"}};

constexpr int power_max = 99, nesting_max = 16;
// The longest UCUM example has 41 bytes. A resource may bring a code of megabytes, and every term costs a
// multiplication.
constexpr std::size_t code_bytes_max = 256;

Digits gcd(Digits a, Digits b) {
  while (b != 0) a = std::exchange(b, a % b);
  return a < 0 ? -a : a;
}

void reduce(Measure& m) {
  for (; m.numerator % 10 == 0 && m.numerator != 0; ++m.exponent) m.numerator /= 10;
  for (; m.denominator % 10 == 0; --m.exponent) m.denominator /= 10;
  const Digits common = gcd(m.numerator, m.denominator);
  m.numerator /= common;
  m.denominator /= common;
}

void add_base(Measure& measure, std::string_view base, int power) {
  const auto at = std::lower_bound(measure.bases.begin(), measure.bases.end(), base,
                                   [](const auto& pair, std::string_view name) { return pair.first < name; });
  if (at == measure.bases.end() || at->first != base) measure.bases.insert(at, {base, power});
  else if ((at->second += power) == 0) measure.bases.erase(at);
}

// False if the factor becomes too long for exact numbers.
bool multiply(Measure& m, const Measure& by, int power) {
  for (int i = 0; i < std::abs(power); ++i) {
    const Digits up = power > 0 ? by.numerator : by.denominator,
                 down = power > 0 ? by.denominator : by.numerator;
    if (__builtin_mul_overflow(m.numerator, up, &m.numerator) ||
        __builtin_mul_overflow(m.denominator, down, &m.denominator))
      return false;
    m.exponent += power > 0 ? by.exponent : -by.exponent;
    reduce(m);
  }
  for (const auto& [base, exponent] : by.bases) add_base(m, base, exponent * power);
  return true;
}

// The whole table in base units, computed once.
class Table {
 public:
  Table() {
    for (const UnitRow& row : unit_rows()) resolve(row);
  }
  const Measure* find(std::string_view code) const {
    const auto at = measures_.find(code);
    return at == measures_.end() ? nullptr : &at->second;
  }
  // A unit with or without prefix.
  std::optional<Measure> measure(std::string_view code) const {
    if (const Measure* found = find(code)) return *found;
    for (const Prefix& prefix : unit_prefixes()) {
      if (!code.starts_with(prefix.code)) continue;
      const std::string_view unit = code.substr(prefix.code.size());
      if (!metric_.contains(unit)) continue;
      Measure scaled = *find(unit);
      scaled.exponent += prefix.exponent;
      scaled.offset = {};
      return scaled;
    }
    return std::nullopt;
  }

 private:
  void resolve(const UnitRow& row);
  std::unordered_map<std::string_view, Measure> measures_;
  std::set<std::string_view> metric_;
};

const Table& table();

// Parses a unit: terms, products, quotients, brackets. `lookup` gives the measure of a term without its
// power.
template <class Lookup>
class UnitReader {
 public:
  UnitReader(std::string_view code, Lookup lookup) : code_(code), lookup_(lookup) {}

  bool read(Measure& out) {
    int signs[nesting_max + 1] = {1}, depth = 0, sign = 1;
    bool term_next = true;
    for (at_ = 0; at_ < code_.size();) {
      const char c = code_[at_];
      if (c == '/' || (c == '.' && !term_next)) {
        sign = c == '/' ? -1 : 1;
        term_next = true;
        ++at_;
      } else if (c == '(') {
        if (!term_next || depth == nesting_max) return false;
        signs[depth + 1] = signs[depth] * sign;
        ++depth, ++at_, sign = 1;
      } else if (c == ')') {
        if (term_next || depth-- == 0) return false;
        ++at_;
      } else {
        if (!term_next || !term(out, signs[depth] * sign)) return false;
        sign = 1, term_next = false;
      }
    }
    return depth == 0 && !term_next;
  }

 private:
  static bool is_digit(char c) { return c >= '0' && c <= '9'; }

  // Reads up to the next operator. Text in brackets or braces is part of the word.
  std::string_view word() {
    const std::size_t first = at_;
    for (char closing = 0; at_ < code_.size(); ++at_) {
      const char c = code_[at_];
      if (closing != 0) {
        if (c == closing) closing = 0;
      } else if (c == '[' || c == '{') {
        closing = c == '[' ? ']' : '}';
      } else if (c == '.' || c == '/' || c == '(' || c == ')') {
        break;
      }
    }
    return code_.substr(first, at_ - first);
  }

  bool term(Measure& out, int sign) {
    std::string_view unit = word();
    unit = unit.substr(0, unit.find('{'));  // annotations say nothing about the unit
    if (unit.empty()) return true;
    std::size_t digits = unit.size();
    while (digits > 0 && is_digit(unit[digits - 1])) --digits;
    if (digits == 0) return unit.size() <= 18 && multiply(out, number(unit), sign);
    int power = 1;
    if (digits < unit.size()) {
      if (unit.size() - digits > 2) return false;
      power = 0;
      for (const char c : unit.substr(digits)) power = power * 10 + (c - '0');
      const char before = unit[digits - 1];
      if (before == '-') power = -power;
      if (before == '-' || before == '+') --digits;
      unit = unit.substr(0, digits);
    }
    if (power == 0 || power > power_max) return false;
    const std::optional<Measure> found = lookup_(unit);
    return found && multiply(out, *found, sign * power);
  }

  static Measure number(std::string_view digits) {
    Measure m;
    m.numerator = std::max<Digits>(Decimal::parse(digits)->digits(), 1);
    reduce(m);
    return m;
  }

  std::string_view code_;
  Lookup lookup_;
  std::size_t at_ = 0;
};

void Table::resolve(const UnitRow& row) {
  if (measures_.contains(row.code)) return;
  Measure m;
  const Decimal value = *Decimal::parse(row.value);
  if (row.unit.empty()) {
    m.bases = {{row.code, 1}};
  } else if (row.unit != "1") {
    const auto lookup = [this](std::string_view code) {
      for (const UnitRow& other : unit_rows())
        if (other.code == code || (other.metric && code.ends_with(other.code))) resolve(other);
      return measure(code);
    };
    UnitReader(row.unit, lookup).read(m);
  }
  multiply(m, {.numerator = value.digits(), .exponent = -value.scale()}, 1);
  reduce(m);
  if (row.code == "Cel") m.offset = *Decimal::parse("273.15");
  if (row.code == "[degF]") m.offset = *Decimal::parse("459.67");
  if (row.code == "[degRe]") m.offset = *Decimal::parse("218.52");
  if (row.metric) metric_.insert(row.code);
  measures_.emplace(row.code, std::move(m));
}

const Table& table() {
  static const Table made;
  return made;
}

std::optional<Decimal> shifted(Decimal value, int by) {
  if (by > 30 || by < -30) return std::nullopt;
  Digits power = 1;
  for (int i = 0; i < std::abs(by); ++i) power *= 10;
  return by >= 0 ? Decimal::multiply(value, Decimal::of(power, 0))
                 : Decimal::multiply(value.normalized(), Decimal::of(1, -by));
}

std::optional<Decimal> times(std::optional<Decimal> a, Digits b) {
  return a ? Decimal::multiply(*a, Decimal::of(b, 0)) : std::nullopt;
}

// Both values in one measure, exactly. Nothing if the numbers become too long.
std::optional<std::pair<Decimal, Decimal>> alike(const Quantity& a, const Measure& x, const Quantity& b,
                                                 const Measure& y) {
  const auto p = Decimal::add(a.value, x.offset), q = Decimal::add(b.value, y.offset);
  const Digits common_up = gcd(x.numerator, y.numerator), common_down = gcd(x.denominator, y.denominator);
  const auto left = times(times(p, x.numerator / common_up), y.denominator / common_down);
  const auto right = times(times(q, y.numerator / common_up), x.denominator / common_down);
  if (!left || !right) return std::nullopt;
  const auto moved = shifted(*left, x.exponent - y.exponent);
  if (!moved) return std::nullopt;
  return std::pair(*moved, *right);
}

// The approximate size in base units, which tells the finer unit from the coarser.
double size_of(const Measure& m) {
  return double(m.numerator) / double(m.denominator) * std::pow(10.0, m.exponent);
}

bool is_calendar_month(const Measure& m) {
  return m.bases.size() == 1 && m.bases[0].first == "month" && m.bases[0].second == 1;
}

// Without a date to say how long it is, a month has 30 days and a year 365 (FHIRPath, "toQuantity").
void give_days(Measure& m, const Quantity& quantity) {
  const Measure day = *table().measure("d");
  m = {.numerator = quantity.unit == "year" ? 365 : 30};
  multiply(m, day, 1);
}

struct Pair {
  Measure x, y;
  bool comparable = false;
};

Pair measures(const Quantity& a, const Quantity& b) {
  Pair pair{measure_of(a.unit, a.calendar), measure_of(b.unit, b.calendar)};
  if (a.calendar && b.calendar && is_calendar_month(pair.x) != is_calendar_month(pair.y)) {
    if (is_calendar_month(pair.x)) give_days(pair.x, a);
    if (is_calendar_month(pair.y)) give_days(pair.y, b);
  }
  pair.comparable = pair.x.same_kind(pair.y);
  return pair;
}

bool alike_numbers(Decimal a, Decimal b) {
  const int scale = std::min(a.normalized().scale(), b.normalized().scale());
  return Decimal::compare(a.rounded(scale), b.rounded(scale)) == 0;
}

}  // namespace

Measure measure_of(std::string_view code, bool calendar) {
  if (calendar) {
    for (const auto& [name, unit] : calendar_rows) {
      if (name != code) continue;
      if (name != "year" && name != "month") return measure_of(unit, false);
      return {.numerator = name == "year" ? 12 : 1, .bases = {{"month", 1}}};
    }
  }
  // an offset has a meaning only here, for a unit that stands alone
  if (const Measure* known = table().find(code)) return *known;
  if (code.size() > code_bytes_max) return {.bases = {{code, 1}}};
  Measure measure;
  const auto lookup = [](std::string_view unit) { return table().measure(unit); };
  if (UnitReader(code, lookup).read(measure)) return measure;
  return {.bases = {{code, 1}}};
}

std::optional<int> compare(const Quantity& a, const Quantity& b) {
  if (a.unit == b.unit && a.calendar == b.calendar) return Decimal::compare(a.value, b.value);
  const Pair pair = measures(a, b);
  if (!pair.comparable) return std::nullopt;
  const auto values = alike(a, pair.x, b, pair.y);
  if (!values) return std::nullopt;
  return Decimal::compare(values->first, values->second);
}

bool equivalent(const Quantity& a, const Quantity& b) {
  if (a.unit == b.unit && a.calendar == b.calendar) return alike_numbers(a.value, b.value);
  static constexpr std::pair<std::string_view, std::string_view> durations[] = {{"year", "a"},
                                                                                {"month", "mo"}};
  for (const auto& [calendar, ucum] : durations)
    if ((a.calendar && !b.calendar && a.unit == calendar && b.unit == ucum) ||
        (b.calendar && !a.calendar && b.unit == calendar && a.unit == ucum))
      return alike_numbers(a.value, b.value);
  if (is_finer(a, b)) return equivalent(b, a);
  const auto value = converted(b, a.unit, a.calendar);
  return value && alike_numbers(a.value, *value);
}

bool comparable(const Quantity& a, const Quantity& b) { return measures(a, b).comparable; }

std::optional<Decimal> converted(const Quantity& quantity, std::string_view unit, bool calendar) {
  if (quantity.unit == unit && quantity.calendar == calendar) return quantity.value;
  const Quantity one{Decimal(1), unit, calendar};
  const Pair pair = measures(quantity, one);
  if (!pair.comparable) return std::nullopt;
  const Measure &x = pair.x, &y = pair.y;
  const auto moved = Decimal::add(quantity.value, x.offset);
  const Digits common_up = gcd(x.numerator, y.numerator), common_down = gcd(x.denominator, y.denominator);
  const auto dividend = times(times(moved, x.numerator / common_up), y.denominator / common_down);
  const auto scaled = dividend ? shifted(*dividend, x.exponent - y.exponent) : std::nullopt;
  const auto divisor = times(Decimal::of(y.numerator / common_up, 0), x.denominator / common_down);
  const auto value = scaled && divisor ? Decimal::divide(*scaled, *divisor) : std::nullopt;
  return value ? Decimal::add(*value, y.offset.negated()) : std::nullopt;
}

bool is_finer(const Quantity& a, const Quantity& b) {
  const Pair pair = measures(a, b);
  return pair.comparable && size_of(pair.x) < size_of(pair.y);
}

std::string_view calendar_unit(std::string_view word) {
  for (const auto& [unit, ucum] : calendar_rows)
    if (word == unit || (word.size() == unit.size() + 1 && word.back() == 's' && word.starts_with(unit)))
      return unit;
  return {};
}

}  // namespace handoff::fhirpath
