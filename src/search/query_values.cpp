#include "search/query_values.h"

#include <charconv>
#include <cmath>

#include "core/civil.h"
#include "core/hash.h"
#include "core/text.h"
#include "fhir/reference.h"

namespace handoff::search {
namespace {

constexpr std::size_t string_bytes_max = 128;  // as many as a row keeps
// "id" alone is looked for under each type that the parameter may refer to.
constexpr std::size_t targets_max = 16;

Problem refused(std::string why) { return problem(Kind::incorrect, std::move(why), {}, "value"); }

struct Prefixed {
  Prefix prefix = Prefix::eq;
  std::string_view text;
};

Prefixed prefix_of(std::string_view value) {
  static constexpr std::string_view names[] = {"eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap"};
  for (std::size_t i = 0; i < std::size(names); ++i)
    if (value.starts_with(names[i])) return {Prefix(i), value.substr(2)};
  return {Prefix::eq, value};
}

Result<void> parse_token(const ValueContext&, std::string_view value, Criterion& out) {
  const auto parts = split_escaped(value, '|');
  if (parts.size() > 2) return refused("a token is code, system|code or |code");
  if (parts.back().empty()) return refused("system| without a code is not served; give system|code");
  auto code = unescaped(parts.back());
  if (!code) return code.error();
  if (parts.size() == 1) {
    out.hashes.push_back(hash64(*code));
    return {};
  }
  auto system = unescaped(parts[0]);
  if (!system) return system.error();
  out.hashes.push_back(hash64(*system + "|" + *code));
  return {};
}

Result<void> parse_uri(const ValueContext&, std::string_view value, Criterion& out) {
  auto uri = unescaped(value);
  if (!uri) return uri.error();
  out.hashes.push_back(hash64(*uri));
  return {};
}

// A type that the parameter may refer to ("Resource" stands for any).
bool may_refer_to(const ValueContext& context, std::string_view type) {
  const auto& targets = context.parameter.targets;
  return targets.empty() || std::find(targets.begin(), targets.end(), type) != targets.end() ||
         std::find(targets.begin(), targets.end(), "Resource") != targets.end();
}

// The canonical of a Questionnaire and its like: it names a definition, stored here or not, and redaction never takes it.
bool is_canonical(const ValueContext& context, std::string_view text, std::string_view local) {
  const fhir::Type* type = context.definitions.find_resource(local.substr(0, local.find('/')));
  return text.find("://") != text.npos && type && type->find("url");
}

void add_target(const ValueContext& context, Criterion& out, std::string_view text) {
  out.hashes.push_back(hash64(text));
  std::string local = fhir::local_reference(text);
  if (!is_canonical(context, text, local)) out.targets.emplace_back(out.hashes.back(), std::move(local));
}

Result<void> parse_bare_id(const ValueContext& context, std::string_view id, Criterion& out) {
  if (!context.modifier.empty()) {
    add_target(context, out, std::string(context.modifier).append("/").append(id));
    return {};
  }
  const auto& targets = context.parameter.targets;
  if (targets.empty() || targets.size() > targets_max) return refused("may refer to many types: write Type/id");
  for (const std::string_view target : targets) add_target(context, out, std::string(target).append("/").append(id));
  return {};
}

Result<void> parse_reference(const ValueContext& context, std::string_view value, Criterion& out) {
  auto text = unescaped(value);
  if (!text) return text.error();
  if (fhir::is_id(*text)) return parse_bare_id(context, *text, out);
  std::string_view local = *text;
  const std::string_view base = context.options.base;
  if (!base.empty() && local.starts_with(base) && local.substr(base.size()).starts_with('/')) {
    add_target(context, out, *text);  // some write their references so
    local.remove_prefix(base.size() + 1);
  }
  if (const auto parts = fhir::split_reference(local)) {
    if (!context.definitions.find_resource(parts->type) || !may_refer_to(context, parts->type) ||
        (!context.modifier.empty() && parts->type != context.modifier))
      return refused("does not refer to this type of resource");
    add_target(context, out, local);
    return {};
  }
  if (text->find(':') == text->npos) return refused("a reference is Type/id, id, or an absolute URL");
  if (!context.modifier.empty()) return refused("the modifier goes with an id, not with a URL");
  add_target(context, out, *text);
  return {};
}

Result<void> parse_string(const ValueContext&, std::string_view value, Criterion& out) {
  auto text = unescaped(value);
  if (!text) return text.error();
  if (!is_utf8(*text)) return refused("must be UTF-8");
  std::string first = fold(*text);
  if (first.empty()) return refused("an empty string would find everything");
  if (first.size() > string_bytes_max) return refused("is longer than the 128 bytes by which strings are found");
  std::string behind = first;
  behind.back() = char(static_cast<unsigned char>(behind.back()) + 1);  // UTF-8 ends below 0xC0
  out.strings.push_back({std::move(first), std::move(behind)});
  return {};
}

Result<void> parse_date(const ValueContext& context, std::string_view value, Criterion& out) {
  auto test = parse_date_test(value, context.options.now);
  if (!test) return test.error();
  out.dates.push_back(*test);
  return {};
}

// Half a unit of the last digit: what "100" leaves open. R4's example for an exponent: 1e2 is 95 to 105.
double half_unit(std::string_view text) {
  const auto e = text.find_first_of("eE");
  const std::string_view digits = text.substr(0, e);
  const auto point = digits.find('.');
  const int decimals = point == digits.npos ? 0 : int(digits.size() - point - 1);
  int exponent = 0;
  if (e != text.npos) {
    std::string_view power = text.substr(e + 1);
    if (power.starts_with('+')) power.remove_prefix(1);
    std::from_chars(power.data(), power.data() + power.size(), exponent);
    --exponent;
  }
  return 0.5 * std::pow(10.0, exponent - decimals);
}

Result<NumberTest> parse_number_test(std::string_view value) {
  const auto [prefix, text] = prefix_of(value);
  NumberTest test;
  test.prefix = prefix;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, test.value);
  if (error != std::errc{} || stop != end || !std::isfinite(test.value)) return refused("must be a number, with a prefix or without");
  const double margin = prefix == Prefix::ap ? std::abs(test.value) * 0.1 : half_unit(text);
  test.low = test.value - margin;
  test.high = test.value + margin;
  if (prefix == Prefix::ap) test.high = std::nextafter(test.high, HUGE_VAL);
  return test;
}

Result<void> parse_number(const ValueContext&, std::string_view value, Criterion& out) {
  auto test = parse_number_test(value);
  if (!test) return test.error();
  out.numbers.push_back(*test);
  return {};
}

Result<void> parse_quantity(const ValueContext&, std::string_view value, Criterion& out) {
  const auto parts = split_escaped(value, '|');
  if (parts.size() != 1 && parts.size() != 3) return refused("a quantity is number, number|system|code or number||code");
  auto test = parse_number_test(parts[0]);
  if (!test) return test.error();
  if (parts.size() == 3) {
    auto system = unescaped(parts[1]), code = unescaped(parts[2]);
    if (!system) return system.error();
    if (!code) return code.error();
    if (code->empty()) return refused("a quantity with a system needs a code");
    test->unit_hash = hash64(*system + "|" + *code);
  }
  out.numbers.push_back(*test);
  return {};
}

struct TypeOfValue {
  ValueParser parse = nullptr;
  Index index = Index::token;
};
// In the order of fhir::SearchType.
constexpr TypeOfValue types[] = {{parse_number, Index::number},
                                 {parse_date, Index::date},
                                 {parse_string, Index::string},
                                 {parse_token, Index::token},
                                 {parse_reference, Index::reference},
                                 {},
                                 {parse_quantity, Index::number},
                                 {parse_uri, Index::uri},
                                 {}};

}  // namespace

ValueParser value_parser(fhir::SearchType type) { return types[std::size_t(type)].parse; }
Index index_of(fhir::SearchType type) { return types[std::size_t(type)].index; }

Result<DateTest> parse_date_test(std::string_view value, Instant now) {
  const auto [prefix, text] = prefix_of(value);
  const auto span = span_of(text);
  if (!span && text.find(' ') != text.npos) return refused("must be a date or time as FHIR writes it; in an address its + is written %2B");
  if (!span) return refused("must be a date or time as FHIR writes it, with a prefix or without");
  DateTest test{prefix, span->first.time_since_epoch().count(), span->last.time_since_epoch().count()};
  if (prefix == Prefix::ap) {  // a tenth of the way from now (R4 "search", ap)
    const std::int64_t margin = std::abs(now.time_since_epoch().count() - test.first_ms) / 10;
    test.first_ms -= margin;
    test.last_ms += margin;
  }
  return test;
}

std::vector<std::string_view> split_escaped(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == separator) {
      parts.push_back(text.substr(begin, i - begin));
      begin = i + 1;
    }
  }
  parts.push_back(text.substr(begin));
  return parts;
}

Result<std::string> unescaped(std::string_view text) {
  constexpr std::string_view escapable = ",|$\\";
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      if (++i == text.size() || escapable.find(text[i]) == escapable.npos)
        return refused("a backslash stands only before , | $ and another");
    }
    out += text[i];
  }
  return out;
}

}  // namespace handoff::search
