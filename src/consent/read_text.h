// A string of a resource as people read it, and its words, whatever markup and forms of letters it is written in. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace handoff::consent {

// Without tags, entities decoded (R4 "narrative"; markdown may hold them too), attributes and comments at its end; letters, apostrophes,
// hyphens and blanks in their plain forms, without what has no width (core/name_fold.h).
std::string as_read(std::string_view text);

// In lower case and without accents.
std::string lower(std::string_view text);

// Runs of letters and digits; apostrophes fall out, and so do the points of "A.A.".
std::vector<std::string> words_of(std::string_view text);

}  // namespace handoff::consent
