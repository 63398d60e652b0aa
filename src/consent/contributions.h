// A Patient has every organization that contributed to it as a discloser. Each element is marked with those
// that gave it. A recipient that may hear from some of them sees only what these gave. Pure.
#pragma once

#include <span>
#include <string>

#include "consent/labels.h"
#include "json/value.h"

namespace handoff::consent {

// What any of `disclosers` ("Organization/ORG-ADV") gave, without marks and without the text. meta.security
// keeps the labels that their content brought. Closed by default: an element without a mark is left out,
// because no discloser that may release it gave it. A label without a mark stays, because it applies to the
// whole Patient.
json::Value given_by(json::Arena& arena, json::Value patient, std::span<const std::string> disclosers);

// The Patient with the labels of what `discloser` contributed, each marked with `discloser`, beside the
// labels of others.
json::Value with_marked_labels(json::Arena& arena, json::Value patient, const Labels& labels,
                               std::string_view discloser);

}  // namespace handoff::consent
