// A Patient has every discloser that contributed to it; each element is marked with those that gave it. Who may hear from
// some of them sees only what these gave. Pure.
#pragma once

#include <span>
#include <string>

#include "consent/labels.h"
#include "json/value.h"

namespace handoff::consent {

// What any of `disclosers` ("Organization/ORG-ADV") gave, without the marks and without text; of meta.security the labels that
// their content brought. Closed by default: what carries nobody's mark was given by nobody that may release it; a label
// without a mark speaks of the whole.
json::Value given_by(json::Arena& arena, json::Value patient, std::span<const std::string> disclosers);

// The Patient with the labels of what `discloser` contributed, each marked with it, beside those of others.
json::Value with_marked_labels(json::Arena& arena, json::Value patient, const Labels& labels, std::string_view discloser);

}  // namespace handoff::consent
