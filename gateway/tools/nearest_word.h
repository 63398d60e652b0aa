// Guesses the word that a person meant who misspelt it. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace handoff::gateway {

// The nearest of `words`, or one that begins with `word`; empty if none is near. Dashes at its beginning do
// not count.
std::string nearest_word(std::string_view word, const std::vector<std::string>& words);

}  // namespace handoff::gateway
