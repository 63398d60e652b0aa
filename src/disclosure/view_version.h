// The version and the time of a view that shows a part of a resource (R4 "http", versioning). They reveal
// nothing beyond what is shown. Parts by nature are Patients (many contribute), states for supervision, and
// Consents for the recipients that they name. Pure.
#pragma once

#include <string>

#include "core/clock.h"
#include "json/value.h"

namespace handoff::disclosure {

// An id made from what the view shows, without meta.versionId and meta.lastUpdated. Equal views have equal
// ids. It is never a number.
std::string version_of_part(json::Arena& arena, json::Value view);

// The view with this version and time in its meta.
json::Value with_version(json::Arena& arena, json::Value view, const std::string& version, Instant updated);

}  // namespace handoff::disclosure
