// A person known from several sources: every identifier, name, birth date, gender and address is kept with the disclosers
// that gave it, so that each viewer sees those of the disclosers that may release. Pure.
#pragma once

#include <string_view>

#include "consent/discloser_marks.h"
#include "json/value.h"

namespace handoff::admission {

using consent::discloser_extension;

// `known` (absent for a new person) with what `contribution` says, each element marked by extension with `discloser` (an
// organization's id). What is known already gets a further mark; names that are equal for recognition are spelled in mixed
// case. Of a single element (birthDate) the first that was given stands, unless `confirmed` says that a person accepted another: that
// is the discloser's alone then. Claims of profiles (`meta.profile`) are kept like elements; nothing else of `meta` is. Values live in
// `arena` and in the arguments' own.
json::Value contribute(json::Arena& arena, json::Value known, json::Value contribution, std::string_view discloser, bool confirmed = false);

}  // namespace handoff::admission
