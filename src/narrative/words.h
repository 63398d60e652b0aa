// Values of R4's data types as people read them. Plain text, but for escaped(). Pure.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"

namespace handoff::narrative {

// What a reference leads to ("Organization/x"), absent if it is not there for the reader. Empty: nothing is.
using Resolve = std::function<json::Value(std::string_view reference)>;

inline constexpr std::string_view div_begin = "<div xmlns=\"http://www.w3.org/1999/xhtml\">";

// A value fills a screen at most; what is longer is cut, and stands whole in its element.
inline constexpr std::size_t value_bytes_max = 4'000;

// For the content of an XHTML element; what XML cannot hold becomes a blank, what is very long ends in "…".
std::string escaped(std::string_view text);

std::string date_words(std::string_view date_time);  // "June 30, 2024", "June 2024", "June 30, 2024, 10:30 Eastern time"
std::string period_words(json::Value period);        // "from June 1, 2024 to June 30, 2024"
std::string code_words(std::string_view code);       // "in-progress": "in progress"
// A CodeableConcept or Coding: its text, else what a coding displays, else a code.
std::string concept_words(json::Value concept_);
std::string name_words(json::Value name);  // of a HumanName: given name first
// The first of a list of names (HumanName) that is not old, given name first.
std::string person_words(json::Value names);
std::string listed(const std::vector<std::string>& all);  // "a; b"; empty ones left out

// Who a Reference names: by what it leads to, else by its display.
std::string who(json::Value reference, const Resolve& resolve);
std::string everybody(json::Value references, const Resolve& resolve);
// Telephone numbers of what it leads to.
std::string phones_of(json::Value reference, const Resolve& resolve);
std::string phones_in(json::Value telecom);

}  // namespace handoff::narrative
