// The unit of a product or quotient, as text. Terms of the same unit are combined; the others stay as
// written.
#include <algorithm>

#include "fhirpath/units.h"

namespace handoff::fhirpath {
namespace {

struct Term {
  std::string unit;
  int power = 1;
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// "cm2" is cm and 2. A term whose power is no plain number stays whole.
Term term_of(std::string_view text) {
  std::size_t digits = text.size();
  while (digits > 0 && is_digit(text[digits - 1])) --digits;
  if (digits == 0 || digits == text.size() || text.size() - digits > 2) return {std::string(text)};
  int power = 0;
  for (const char c : text.substr(digits)) power = power * 10 + (c - '0');
  const char before = text[digits - 1];
  if (before == '*' || before == '^' || before == '+') return {std::string(text)};
  if (before == '-') return {std::string(text.substr(0, digits - 1)), -power};
  return {std::string(text.substr(0, digits)), power};
}

void add(std::vector<Term>& terms, Term term) {
  if (term.unit.empty() || term.unit == "1") return;
  const auto same =
      std::find_if(terms.begin(), terms.end(), [&](const Term& t) { return t.unit == term.unit; });
  if (same == terms.end()) terms.push_back(std::move(term));
  else same->power += term.power;
}

void add_all(std::vector<Term>& terms, std::string_view code, int sign) {
  if (code.find_first_of("([{") != std::string_view::npos &&
      code.find_first_of("()./") != std::string_view::npos) {
    add(terms, {"(" + std::string(code) + ")", sign});
    return;
  }
  for (int each = sign; !code.empty();) {
    const std::size_t end = std::min(code.find_first_of("./"), code.size());
    Term term = term_of(code.substr(0, end));
    term.power *= each;
    add(terms, std::move(term));
    if (end == code.size()) break;
    each = code[end] == '/' ? -sign : sign;
    code.remove_prefix(end + 1);
  }
}

}  // namespace

std::string product_code(std::string_view a, std::string_view b, bool divides) {
  std::vector<Term> terms;
  add_all(terms, a, 1);
  add_all(terms, b, divides ? -1 : 1);
  std::string code;
  for (const bool below : {false, true}) {
    for (const Term& term : terms) {
      if (term.power == 0 || (term.power < 0) != below) continue;
      if (below) code += '/';
      else if (!code.empty()) code += '.';
      code += term.unit;
      const int power = below ? -term.power : term.power;
      if (power != 1) code += std::to_string(power);
    }
  }
  return code.empty() ? "1" : code;
}

}  // namespace handoff::fhirpath
