// The version and the time of a view that is a part of a resource (R4 "http", versioning): they tell of nothing but what is shown. Parts by
// nature are Patients, to which many contribute, states for supervision, and Consents for those whom they name. Pure.
#pragma once

#include <string>

#include "core/clock.h"
#include "json/value.h"

namespace handoff::disclosure {

// An id made of what the view shows, without meta.versionId and meta.lastUpdated: equal views have equal ids. Never a number.
std::string version_of_part(json::Arena& arena, json::Value view);

// The view with this version and time in its meta.
json::Value with_version(json::Arena& arena, json::Value view, const std::string& version, Instant updated);

}  // namespace handoff::disclosure
