// What a narrative's div may hold (R4 "narrative", txt-1 and txt-2).
#pragma once

#include <string_view>

namespace handoff::fhirpath {

// Well-formed XHTML in one div, only formatting elements and attributes, and something to read in it.
bool is_narrative(std::string_view div);

}  // namespace handoff::fhirpath
