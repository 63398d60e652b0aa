// Separates labels that arrived with a resource, or that a person set, from labels that the gateway computed.
// The first kind stays through every write. The second kind is computed anew (consent/labels.h). Both are
// codings of meta.security; which is which is stored beside the resource. Pure.
#pragma once

#include "consent/labels.h"
#include "json/value.h"

namespace handoff::consent {

// The labels that have arrived so far, as a list of codings with at most one confidentiality. It has all of
// `before`, and those of `incoming` (meta.security as sent) that `shown` (meta.security of the version
// before) does not have. So a label that a client sends back unchanged keeps its kind. A confidentiality
// counts only if it is above the one in `shown`. A coding that names its discloser
// (consent/discloser_marks.h) counts as arrived.
json::Value arrived_labels(json::Arena& arena, json::Value incoming, json::Value shown, json::Value before);

// For a version that does not record what arrived: the codings of `shown` that its content and its source do
// not explain.
json::Value not_computed(json::Arena& arena, json::Value shown, const Labels& computed);

// `security`, with each coding replaced by the same coding of `shown`, which may have marks and a display. If
// both lists say the same, the result has the order of `shown`.
json::Value as_shown(json::Arena& arena, json::Value security, json::Value shown);

}  // namespace handoff::consent
