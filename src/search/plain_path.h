// Whether what a search parameter finds in a resource can only grow with the resource: a path of names, choices of type, extensions
// and filters of each item by itself. Anything else (exists(), count(), not, a position) may find another thing where something was
// taken away, so that it would tell of what was.
#pragma once

#include <string_view>

namespace handoff::search {

// False if in doubt.
bool is_plain_path(std::string_view expression);

}  // namespace handoff::search
