// What somebody may have meant who misspelt a word. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace handoff::gateway {

// The one of `words` that is nearest, or that the word begins; empty: none is near. Dashes before it do not count.
std::string nearest_word(std::string_view word, const std::vector<std::string>& words);

}  // namespace handoff::gateway
