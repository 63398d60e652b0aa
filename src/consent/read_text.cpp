#include "consent/read_text.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <iterator>

#include "core/hash.h"
#include "core/name_fold.h"
#include "core/text.h"

namespace handoff::consent {
namespace {

// Every byte beyond ASCII counts as a letter, because plain_text() leaves only letters there.
bool is_letter(unsigned char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c >= 0x80;
}

void append_utf8(std::string& out, std::uint32_t code) {
  if (code < 0x80) {
    out += char(code);
  } else if (code < 0x800) {
    out += {char(0xC0 | (code >> 6)), char(0x80 | (code & 0x3F))};
  } else if (code < 0x10000) {
    out += {char(0xE0 | (code >> 12)), char(0x80 | ((code >> 6) & 0x3F)), char(0x80 | (code & 0x3F))};
  }
}

// "&amp;", "&#65;", "&#x41;"; any other entity separates words.
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

// The end of a tag. A '>' in quotes is part of the tag.
std::size_t end_of_tag(std::string_view text, std::size_t begin) {
  char quote = 0;
  for (std::size_t i = begin; i < text.size(); ++i) {
    if (quote) quote = text[i] == quote ? 0 : quote;
    else if (text[i] == '"' || text[i] == '\'') quote = text[i];
    else if (text[i] == '>') return i;
  }
  return std::min(text.find('>', begin), text.size());
}

bool is_inline(std::string_view tag) {
  constexpr std::string_view inlines[] = {"a",   "b",  "i", "em",   "strong", "span", "small",
                                          "big", "tt", "u", "abbr", "sub",    "sup",  "font"};
  return std::find(std::begin(inlines), std::end(inlines), tag) != std::end(inlines);
}

// Block tags separate words. Inline tags within a word (<b>A</b>A) do not if `joins`. Attributes and comments
// also leave with the narrative, so their text is appended at the end.
std::string without_tags(std::string_view text, bool joins) {
  constexpr std::size_t entity_max = 10;
  std::string out, aside;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '<') {
      const bool is_comment = text.substr(i).starts_with("<!--");
      const std::size_t end = is_comment ? std::min(text.find("-->", i), text.size()) : end_of_tag(text, i);
      std::string_view tag = text.substr(i + 1, end - i - 1);
      if (tag.starts_with('/')) tag.remove_prefix(1);
      const std::string_view name = tag.substr(0, tag.find_first_of(" \t\r\n/"));
      if (!joins || (!is_comment && !is_inline(name))) out += ' ';
      if (name.size() < tag.size()) aside.append(" ; ").append(tag.substr(name.size()));
      i = is_comment ? end + 2 : end;
    } else if (text[i] == '&') {
      const std::size_t length = text.substr(i, entity_max).find(';');
      if (length == text.npos) continue;
      append_entity(out, text.substr(i + 1, length - 1));
      i += length;
    } else {
      out += text[i];
    }
  }
  return out + aside;
}

bool is_letter_at(std::string_view text, std::size_t at) {
  return at < text.size() && is_letter(static_cast<unsigned char>(text[at]));
}

bool is_text(std::string_view content_type) {
  const std::string type = lower(content_type);
  return type.starts_with("text/") || type.find("xml") != type.npos || type.find("html") != type.npos ||
         type.find("json") != type.npos;
}

}  // namespace

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// Text that can be read in two ways is read in both: "HI<b>V</b>" and "<b>domestic</b><b>violence</b>".
std::string as_read(std::string_view text) {
  const bool has_markup = std::any_of(text.begin(), text.end(), [](char c) { return c == '<' || c == '&'; });
  if (!has_markup && is_ascii(text)) return std::string(text);
  std::string read(text);
  if (has_markup) {
    if (trim(text).starts_with("<div")) read.clear();
    for (const bool joins : {true, false}) read.append(" ; ").append(without_tags(text, joins));
  }
  if (is_ascii(read)) return read;
  return has_no_width(read) ? plain_text(read) + " ; " + plain_text(read, NoWidth::parts) : plain_text(read);
}

std::optional<std::string> attached_text(json::Value attachment) {
  const std::string_view type = attachment["contentType"].text(), data = attachment["data"].text();
  if (data.empty() || !is_text(type)) return std::nullopt;
  return base64_decode(data);
}

std::string lower(std::string_view text) {
  if (!is_ascii(text)) return fold(text);
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? char(c + 32) : c;
  return out;
}

Words::Words(std::string_view text) {
  text_.resize(text.size());  // the words are views into it
  std::size_t begin = 0, end = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    const unsigned char c = i < text.size() ? static_cast<unsigned char>(text[i]) : ' ';
    if (is_letter(c)) {
      text_[end++] = char(c);
      continue;
    }
    if (c == '\'') continue;
    const bool is_in_word = end > begin;
    const bool is_initial =
        c == '.' && is_in_word && is_letter_at(text, i - 1) && (i < 2 || !is_letter_at(text, i - 2));
    if (is_initial && is_letter_at(text, i + 1) && !is_letter_at(text, i + 2)) continue;
    if (is_in_word) words_.push_back(std::string_view(text_).substr(begin, end - begin));
    begin = end;
  }
}

void Words::lower_ascii() {
  for (char& c : text_) c = c >= 'A' && c <= 'Z' ? char(c + 32) : c;
}

}  // namespace handoff::consent
