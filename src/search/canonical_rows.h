// Index rows of a canonical URL, which references and URIs share.
#pragma once

#include <string_view>
#include <vector>

#include "search/index_rows.h"

namespace handoff::search {

// Adds a row for the URL as it is, and one for the URL without its version ("|1").
void add_canonical(std::string_view url, ParameterKey parameter, std::vector<HashRow>& rows);

}  // namespace handoff::search
