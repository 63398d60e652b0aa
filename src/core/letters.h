// Upper and lower case of Unicode text. Malformed UTF-8 comes back unchanged.
#pragma once

#include <string>
#include <string_view>

namespace handoff {

std::string to_upper(std::string_view text);
std::string to_lower(std::string_view text);

// The form in which texts are compared without case: folded, composed, every white space a blank. Accents
// stay.
std::string fold_case(std::string_view text);

}  // namespace handoff
