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

// As it is read aloud: wide, ringed and other forms of a letter are the letter, apostrophes and hyphens of every kind are ' and -. Blanks,
// and beyond ASCII all other signs, are blanks; raised and lowered letters are words of their own. Case and accents stay. What has no width
// goes, or is a blank. Malformed UTF-8 comes back as it is.
enum class NoWidth { goes, parts };
std::string plain_text(std::string_view text, NoWidth no_width = NoWidth::goes);
bool has_no_width(std::string_view text);

}  // namespace handoff
