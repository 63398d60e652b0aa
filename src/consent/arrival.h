// Labels that arrived with a resource, or that a person set, apart from those that were computed: the first stay through every
// write, the others are computed anew (consent/labels.h). Both are codings of meta.security; which is which is kept beside it. Pure.
#pragma once

#include "consent/labels.h"
#include "json/value.h"

namespace handoff::consent {

// What arrived up to now, a list of codings with one confidentiality at most: `before`, and of `incoming` (meta.security as it is sent)
// what `shown` (that of the version before) does not say. What a client sends back as it read it stays what it was. A confidentiality
// that is not above the one that was shown says nothing. What names its discloser (consent/discloser_marks.h) counts as arrived.
json::Value arrived_labels(json::Arena& arena, json::Value incoming, json::Value shown, json::Value before);

// Of a version that does not tell what arrived: what of `shown` its content and its source do not give.
json::Value not_computed(json::Arena& arena, json::Value shown, const Labels& computed);

// `security` with each coding as `shown` has it, marks and display included; where both say the same, in the order of `shown`.
json::Value as_shown(json::Arena& arena, json::Value security, json::Value shown);

}  // namespace handoff::consent
