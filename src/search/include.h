// _include and _revinclude (R4 "search", including other resources in result).
#pragma once

#include "search/query.h"

namespace handoff::search {

// `base`: the FHIR base. "Type:parameter" or "Type:parameter:Target". Problem: incorrect, without place.
Result<Include> parse_include(const fhir::Definitions& definitions, std::string_view type,
                              std::string_view value, bool reverse, std::string_view base = {});

}  // namespace handoff::search
