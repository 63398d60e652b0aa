// A person known from several sources. Every identifier, name, birth date, gender and address is kept with
// the disclosers that gave it. So each viewer sees only what the disclosers that may release gave. Pure.
#pragma once

#include <string_view>

#include "consent/discloser_marks.h"
#include "json/value.h"

namespace handoff::admission {

using consent::discloser_extension;

// `known` (absent for a new person) together with what `contribution` says. Each element is marked by an
// extension with `discloser` (an organization's id). An element that is known already gets one more mark.
// Names that are equal for recognition are spelled in mixed case. For a single element (birthDate) the first
// value stands. If `confirmed` says that a person accepted another value, that one replaces it, marked with
// this discloser alone. Claims of profiles (`meta.profile`) are kept like elements; the rest of `meta` is
// not. Values live in `arena` and in the arenas of the arguments.
json::Value contribute(json::Arena& arena, json::Value known, json::Value contribution,
                       std::string_view discloser, bool confirmed = false);

}  // namespace handoff::admission
