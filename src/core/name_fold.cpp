#include "core/name_fold.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <vector>

namespace handoff {
namespace {

struct Range {
  utf8proc_int32_t first, last;
};

bool is_in(const auto& ranges, utf8proc_int32_t c) {
  return std::any_of(std::begin(ranges), std::end(ranges),
                     [c](Range range) { return c >= range.first && c <= range.last; });
}

// Letters whose marks are accents: Latin, Greek, Cyrillic.
constexpr Range accented[] = {
    {0x0041, 0x005A}, {0x0061, 0x007A}, {0x00AA, 0x00AA}, {0x00BA, 0x00BA},
    {0x00C0, 0x02AF}, {0x0370, 0x03E1}, {0x03F0, 0x03FF}, {0x0400, 0x052F},
    {0x1C80, 0x1C8F}, {0x1D00, 0x1DBF}, {0x1E00, 0x1FFF}, {0x2C60, 0x2C7F},
    {0x2DE0, 0x2DFF}, {0xA640, 0xA69F}, {0xA720, 0xA7FF}, {0xAB30, 0xAB6F},
};

// What people and programs write for an apostrophe, beside the quotation marks of the general category.
constexpr Range apostrophes[] = {
    {0x0027, 0x0027}, {0x0060, 0x0060}, {0x00B4, 0x00B4}, {0x02B9, 0x02BF}, {0x02C8, 0x02C8},
    {0x02CA, 0x02CB}, {0x02EE, 0x02EE}, {0x0374, 0x0374}, {0x0384, 0x0384}, {0x055A, 0x055B},
    {0x05F3, 0x05F3}, {0x07F4, 0x07F5}, {0x1FBD, 0x1FBD}, {0x1FBF, 0x1FBF}, {0x1FEF, 0x1FEF},
    {0x1FFD, 0x1FFE}, {0x2018, 0x201B}, {0x2032, 0x2032}, {0x2035, 0x2035}, {0x2039, 0x203A},
    {0x275B, 0x275C}, {0xA78B, 0xA78C}, {0xFF07, 0xFF07}, {0xFF40, 0xFF40},
};

// Hyphens that Unicode does not count among its dashes (Pd).
constexpr Range hyphens[] = {
    {0x00AF, 0x00AF}, {0x02D7, 0x02D7}, {0x2043, 0x2043}, {0x2212, 0x2212}, {0x2796, 0x2796}};

// Characters without width that are not format characters (Cf): joiners, fillers, selectors of a glyph.
constexpr Range without_width[] = {
    {0x034F, 0x034F}, {0x115F, 0x1160}, {0x17B4, 0x17B5}, {0x180B, 0x180F},   {0x2065, 0x2065},
    {0x3164, 0x3164}, {0xFE00, 0xFE0F}, {0xFFA0, 0xFFA0}, {0xE0100, 0xE01EF},
};

bool is_apostrophe(utf8proc_int32_t c) { return is_in(apostrophes, c); }
bool is_hyphen(utf8proc_int32_t c) {
  return utf8proc_category(c) == UTF8PROC_CATEGORY_PD || is_in(hyphens, c);
}
bool is_without_width(utf8proc_int32_t c) {
  return utf8proc_category(c) == UTF8PROC_CATEGORY_CF || is_in(without_width, c);
}
bool goes(utf8proc_int32_t c) { return is_hyphen(c) || is_without_width(c) || is_apostrophe(c); }

bool is_blank(utf8proc_int32_t c) {
  const utf8proc_category_t category = utf8proc_category(c);
  return category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_ZL ||
         category == UTF8PROC_CATEGORY_ZP || c == 0x85 || (c >= '\t' && c <= '\r');
}

bool is_mark(utf8proc_int32_t c) {
  const utf8proc_category_t category = utf8proc_category(c);
  return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_MC ||
         category == UTF8PROC_CATEGORY_ME;
}

bool is_letter(utf8proc_int32_t c) {
  const utf8proc_category_t category = utf8proc_category(c);
  return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
}

constexpr utf8proc_ssize_t decomposed_max = 32;  // characters; the longest decomposition has 18
constexpr auto compatible = utf8proc_option_t(UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT);

// Decomposition turns some apostrophes into a blank and a mark, so apostrophes are removed before it.
bool append_decomposed(std::string_view text, std::vector<utf8proc_int32_t>& out) {
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  auto left = utf8proc_ssize_t(text.size());
  constexpr auto options = utf8proc_option_t(UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD);
  while (left > 0) {
    utf8proc_int32_t c = 0;
    const utf8proc_ssize_t used = utf8proc_iterate(bytes, left, &c);
    if (used < 1) return false;
    bytes += used, left -= used;
    if (goes(c)) continue;
    utf8proc_int32_t parts[decomposed_max];
    int boundary = 0;
    const utf8proc_ssize_t count = utf8proc_decompose_char(c, parts, decomposed_max, options, &boundary);
    if (count < 0 || count > decomposed_max) return false;
    out.insert(out.end(), parts, parts + count);
  }
  return true;
}

// Puts marks in canonical order, so that texts that look the same are equal in whatever order the marks were
// typed.
void order_marks(std::vector<utf8proc_int32_t>& text) {
  const auto rank = [](utf8proc_int32_t c) { return utf8proc_get_property(c)->combining_class; };
  for (auto at = text.begin(); at != text.end();) {
    const auto first = std::find_if(at, text.end(), [&](utf8proc_int32_t c) { return rank(c) != 0; });
    at = std::find_if(first, text.end(), [&](utf8proc_int32_t c) { return rank(c) == 0; });
    std::stable_sort(first, at, [&](utf8proc_int32_t a, utf8proc_int32_t b) { return rank(a) < rank(b); });
  }
}

std::string folded(std::string_view text, bool keeps_blanks) {
  std::vector<utf8proc_int32_t> characters;
  if (!append_decomposed(text, characters)) return std::string(text);
  order_marks(characters);
  std::string out;
  bool needs_blank = false, keeps_marks = false;
  for (const utf8proc_int32_t c : characters) {
    if (goes(c)) continue;
    if (is_mark(c) && !keeps_marks) continue;
    if (is_blank(c)) {
      needs_blank = keeps_blanks && !out.empty();
      keeps_marks = false;
      continue;
    }
    if (utf8proc_category(c) == UTF8PROC_CATEGORY_CC) continue;
    if (!is_mark(c)) keeps_marks = is_letter(c) && !is_in(accented, c);
    if (needs_blank) out += ' ';
    needs_blank = false;
    utf8proc_uint8_t bytes[4];
    out.append(reinterpret_cast<const char*>(bytes), std::size_t(utf8proc_encode_char(c, bytes)));
  }
  return out;
}

}  // namespace

Unpunctuated without_punctuation(std::string_view folded) {
  const auto is_plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == ' '; };
  Unpunctuated made;
  if (std::all_of(folded.begin(), folded.end(), is_plain)) {
    made.spaced = made.closed = folded;
    return made;
  }
  const auto add_blank = [](std::string& text) {
    if (!text.empty() && text.back() != ' ') text += ' ';
  };
  const auto* at = reinterpret_cast<const utf8proc_uint8_t*>(folded.data());
  for (auto left = utf8proc_ssize_t(folded.size()); left > 0;) {
    utf8proc_int32_t c = 0;
    const utf8proc_ssize_t used = utf8proc_iterate(at, left, &c);
    if (used < 1) return {std::string(folded), std::string(folded)};
    const std::string_view letter(reinterpret_cast<const char*>(at), std::size_t(used));
    at += used, left -= used;
    const utf8proc_category_t category = utf8proc_category(c);
    if (is_apostrophe(c) || is_without_width(c)) continue;
    if (c == ' ') {
      add_blank(made.spaced), add_blank(made.closed);
    } else if (is_hyphen(c) || (category >= UTF8PROC_CATEGORY_PC && category <= UTF8PROC_CATEGORY_PO)) {
      add_blank(made.spaced);
    } else {
      made.spaced += letter, made.closed += letter;
    }
  }
  for (std::string* text : {&made.spaced, &made.closed})
    if (text->ends_with(' ')) text->pop_back();
  return made;
}

bool has_no_width(std::string_view text) {
  const auto* at = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  for (auto left = utf8proc_ssize_t(text.size()); left > 0;) {
    utf8proc_int32_t c = 0;
    const utf8proc_ssize_t used = utf8proc_iterate(at, left, &c);
    if (used < 1) return false;
    if (c >= 0x80 && is_without_width(c)) return true;
    at += used, left -= used;
  }
  return false;
}

std::string plain_text(std::string_view text, NoWidth no_width) {
  std::string out;
  out.reserve(text.size());
  const auto add = [&](utf8proc_int32_t c) {
    utf8proc_uint8_t bytes[4];
    if (is_without_width(c)) {
      if (no_width == NoWidth::parts) out += ' ';
      return;
    }
    if (is_apostrophe(c)) c = '\'';
    else if (is_hyphen(c)) c = '-';
    else if (c >= 0x80 && !is_letter(c) && !is_mark(c) && utf8proc_category(c) != UTF8PROC_CATEGORY_ND)
      c = ' ';
    out.append(reinterpret_cast<const char*>(bytes), std::size_t(utf8proc_encode_char(c, bytes)));
  };
  const auto* at = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  for (auto left = utf8proc_ssize_t(text.size()); left > 0;) {
    utf8proc_int32_t c = *at;
    const utf8proc_ssize_t used = c < 0x80 ? 1 : utf8proc_iterate(at, left, &c);
    if (used < 1) return std::string(text);
    at += used, left -= used;
    if (c < 0x80) {
      out += char(c);
      continue;
    }
    utf8proc_int32_t parts[decomposed_max];
    int boundary = 0;
    // Letters with accents stay. Only a character that is another form of something else is decomposed.
    const utf8proc_propval_t form = utf8proc_get_property(c)->decomp_type;
    const bool is_raised = form == UTF8PROC_DECOMP_TYPE_SUPER || form == UTF8PROC_DECOMP_TYPE_SUB ||
                           form == UTF8PROC_DECOMP_TYPE_FRACTION;
    const bool is_plain = is_apostrophe(c) || is_hyphen(c) || (is_in(accented, c) && !is_raised);
    const auto count =
        is_plain ? 0 : utf8proc_decompose_char(c, parts, decomposed_max, compatible, &boundary);
    if (is_raised) out += ' ';
    if (count < 1 || count > decomposed_max) add(c);
    else std::for_each(parts, parts + count, add);
    if (is_raised) out += ' ';
  }
  return out;
}

std::string fold_name(std::string_view text) { return folded(text, true); }
std::string fold_name_closed(std::string_view text) { return folded(text, false); }

}  // namespace handoff
