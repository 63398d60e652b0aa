// Reads a date of a search as the spans that fit it (R4 "search", date).
#pragma once

#include <string_view>
#include <vector>

#include "core/clock.h"
#include "core/result.h"
#include "search/key_range.h"

namespace handoff::search {

// A span fits if it lies in one of these. `now`: `ap` is measured from it. Problem: incorrect, without place.
Result<std::vector<SpanRange>> read_date(std::string_view value, Instant now);

}  // namespace handoff::search
