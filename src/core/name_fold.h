// The form in which names of people are compared: without case, accents, apostrophes, hyphens, characters
// without width, and padding. Also the form in which words are searched.
#pragma once

#include <string>
#include <string_view>

namespace handoff {

// Case-folded. Marks on Latin, Greek and Cyrillic letters are removed; in other scripts a mark is part of the
// name (the vowels of Devanagari). Apostrophes, hyphens and characters without width of all kinds are
// removed. White space becomes one blank, trimmed. Malformed UTF-8 comes back unchanged. Search uses another
// form: fold() of core/text.h.
std::string fold_name(std::string_view text);

// The same without blanks: "De la Cruz" and "Delacruz" are one name.
std::string fold_name_closed(std::string_view text);

// A folded text (core/text.h) without punctuation, in the two forms in which people write it. Apostrophes are
// removed in both.
struct Unpunctuated {
  std::string spaced;  // other punctuation became a blank: "ozturk vane"
  std::string closed;  // it is removed: "ozturkvane"
};
Unpunctuated without_punctuation(std::string_view folded);

// The text as it is read aloud: wide, ringed and other forms of a letter become the letter. Apostrophes and
// hyphens of every kind become ' and -. Blanks, and beyond ASCII all other signs, become blanks. Raised and
// lowered letters become words of their own. Case and accents stay. Characters without width are removed, or
// become blanks. Malformed UTF-8 comes back unchanged.
enum class NoWidth { goes, parts };
std::string plain_text(std::string_view text, NoWidth no_width = NoWidth::goes);
bool has_no_width(std::string_view text);

}  // namespace handoff
