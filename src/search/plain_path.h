// Can a search parameter find more only if the resource says more? This holds for a path of names, choices of
// type, extensions and filters of each item by itself. Other expressions (exists(), count(), not, a position)
// may find something because something else was removed, and so reveal what was removed.
#pragma once

#include <string_view>

namespace handoff::search {

// False if in doubt.
bool is_plain_path(std::string_view expression);

}  // namespace handoff::search
