#include "consent/read_text.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <iterator>

#include "core/name_fold.h"
#include "core/text.h"

namespace handoff::consent {
namespace {

bool is_letter(unsigned char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c >= 0x80; }

void append_utf8(std::string& out, std::uint32_t code) {
  if (code < 0x80) {
    out += char(code);
  } else if (code < 0x800) {
    out += {char(0xC0 | (code >> 6)), char(0x80 | (code & 0x3F))};
  } else if (code < 0x10000) {
    out += {char(0xE0 | (code >> 12)), char(0x80 | ((code >> 6) & 0x3F)), char(0x80 | (code & 0x3F))};
  }
}

// "&amp;", "&#65;", "&#x41;"; any other part words.
void append_entity(std::string& out, std::string_view name) {
  if (name == "nbsp") out += ' ';
  else if (name == "amp") out += '&';
  else if (name == "apos" || name == "rsquo" || name == "lsquo") out += '\'';
  else if (name == "shy" || name == "zwnj" || name == "zwj") return;
  else if (name.starts_with('#')) {
    const bool hex = name.size() > 1 && (name[1] == 'x' || name[1] == 'X');
    const std::string_view digits = name.substr(hex ? 2 : 1);
    std::uint32_t code = ' ';
    std::from_chars(digits.data(), digits.data() + digits.size(), code, hex ? 16 : 10);
    append_utf8(out, code);
  } else {
    out += ' ';
  }
}

// A narrative without tags. Tags within a word (<b>A</b>A) leave it whole; those of blocks part words. Attributes and comments, which leave
// with it, come last.
std::string without_tags(std::string_view div) {
  constexpr std::string_view inlines[] = {"a", "b", "i", "em", "strong", "span", "small", "big", "tt", "u", "abbr", "sub", "sup", "font"};
  constexpr std::size_t entity_max = 10;
  std::string out, aside;
  for (std::size_t i = 0; i < div.size(); ++i) {
    if (div[i] == '<') {
      const bool is_comment = div.substr(i).starts_with("<!--");
      const std::size_t end = std::min(is_comment ? div.find("-->", i) : div.find('>', i), div.size());
      std::string_view tag = div.substr(i + 1, end - i - 1);
      if (tag.starts_with('/')) tag.remove_prefix(1);
      const std::string_view name = tag.substr(0, tag.find_first_of(" \t\r\n/"));
      if (!is_comment && std::find(std::begin(inlines), std::end(inlines), name) == std::end(inlines)) out += ' ';
      if (name.size() < tag.size()) aside.append(" ; ").append(tag.substr(name.size()));
      i = is_comment ? end + 2 : end;
    } else if (div[i] == '&') {
      const std::size_t length = div.substr(i, entity_max).find(';');
      if (length == div.npos) continue;
      append_entity(out, div.substr(i + 1, length - 1));
      i += length;
    } else {
      out += div[i];
    }
  }
  return out + aside;
}

bool is_letter_at(std::string_view text, std::size_t at) { return at < text.size() && is_letter(static_cast<unsigned char>(text[at])); }

}  // namespace

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::string as_read(std::string_view text) {
  const bool has_markup = std::any_of(text.begin(), text.end(), [](char c) { return c == '<' || c == '&'; });
  if (!has_markup) return is_ascii(text) ? std::string(text) : plain_text(text);
  const bool is_narrative = trim(text).starts_with('<');
  std::string read = is_narrative ? std::string() : std::string(text);
  // What looks like a tag in other texts may be a sign of comparison: they are read both ways.
  read.append(is_narrative ? "" : " ; ").append(without_tags(text));
  return is_ascii(read) ? read : plain_text(read);
}

std::string lower(std::string_view text) {
  if (!is_ascii(text)) return fold(text);
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? char(c + 32) : c;
  return out;
}

Words::Words(std::string_view text) {
  text_.resize(text.size());  // the words lie in it
  std::size_t begin = 0, end = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    const unsigned char c = i < text.size() ? static_cast<unsigned char>(text[i]) : ' ';
    if (is_letter(c)) {
      text_[end++] = char(c);
      continue;
    }
    if (c == '\'') continue;
    const bool is_in_word = end > begin;
    const bool is_initial = c == '.' && is_in_word && is_letter_at(text, i - 1) && (i < 2 || !is_letter_at(text, i - 2));
    if (is_initial && is_letter_at(text, i + 1) && !is_letter_at(text, i + 2)) continue;
    if (is_in_word) words_.push_back(std::string_view(text_).substr(begin, end - begin));
    begin = end;
  }
}

void Words::lower_ascii() {
  for (char& c : text_) c = c >= 'A' && c <= 'Z' ? char(c + 32) : c;
}

}  // namespace handoff::consent
