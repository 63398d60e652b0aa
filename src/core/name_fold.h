// The form in which the names of people are compared: without regard to case, accents, apostrophes, hyphens, what has no width,
// and padding; and the form in which words are looked for.
#pragma once

#include <string>
#include <string_view>

namespace handoff {

// Case-folded. Marks on Latin, Greek and Cyrillic letters go; in other scripts a mark is part of the name (the vowels of
// Devanagari). Apostrophes, hyphens and characters without width go, in all their kinds. White space becomes one blank, trimmed.
// Malformed UTF-8 comes back as it is. Search has a form of its own: fold() of core/text.h.
std::string fold_name(std::string_view text);

// The same without blanks: "De la Cruz" and "Delacruz" are one name.
std::string fold_name_closed(std::string_view text);

// As it is read aloud: wide, ringed and other forms of a letter are the letter, apostrophes and hyphens of every kind are ' and -, blanks
// are blanks, what has no width goes. Case and accents stay. Malformed UTF-8 comes back as it is.
std::string plain_text(std::string_view text);

}  // namespace handoff
