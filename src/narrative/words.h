// Values of R4's data types as people read them. Plain text, except for escaped(). Pure.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"

namespace handoff::narrative {

// The target of a reference ("Organization/x"), absent if the reader does not have it. An empty function: no
// target exists.
using Resolve = std::function<json::Value(std::string_view reference)>;

inline constexpr std::string_view div_begin = "<div xmlns=\"http://www.w3.org/1999/xhtml\">";

// A value fills a screen at most. A longer text is cut, and is whole only in its element.
inline constexpr std::size_t value_bytes_max = 4'000;

// For the content of an XHTML element. A character that XML cannot hold becomes a blank, and a very long text
// ends in "…".
std::string escaped(std::string_view text);

// "June 30, 2024", "June 2024", "June 30, 2024, 10:30 Eastern time"
std::string date_words(std::string_view date_time);
std::string period_words(json::Value period);   // "from June 1, 2024 to June 30, 2024"
std::string code_words(std::string_view code);  // "in-progress": "in progress"
// A CodeableConcept or Coding: its text, else a coding's display, else a code.
std::string concept_words(json::Value concept_);
std::string name_words(json::Value name);  // of a HumanName: given name first
// The first name that is not old, from a list of HumanNames, given name first.
std::string person_words(json::Value names);
std::string listed(const std::vector<std::string>& all);  // "a; b"; empty ones left out

// The name of a Reference's target, else its display.
std::string who(json::Value reference, const Resolve& resolve);
std::string everybody(json::Value references, const Resolve& resolve);
// Telephone numbers of the reference's target.
std::string phones_of(json::Value reference, const Resolve& resolve);
std::string phones_in(json::Value telecom);

}  // namespace handoff::narrative
