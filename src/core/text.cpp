#include "core/text.h"

#include <utf8proc.h>
#include <cstring>

#include <cstdlib>

namespace handoff {
namespace {

constexpr std::size_t shown_characters_max = 64;

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

}  // namespace

std::string_view trim(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n\f\v";
  constexpr std::string_view no_break = "\xC2\xA0";
  for (;;) {
    if (!text.empty() && blanks.find(text.front()) != blanks.npos) text.remove_prefix(1);
    else if (!text.empty() && blanks.find(text.back()) != blanks.npos) text.remove_suffix(1);
    else if (text.starts_with(no_break)) text.remove_prefix(2);
    else if (text.ends_with(no_break)) text.remove_suffix(2);
    else return text;
  }
}

std::string fold(std::string_view text) {
  utf8proc_uint8_t* mapped = nullptr;
  const auto options =
      utf8proc_option_t(UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_STRIPMARK | UTF8PROC_CASEFOLD);
  const auto length = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                   utf8proc_ssize_t(text.size()), &mapped, options);
  if (length < 0) return std::string(text);
  std::string folded;
  bool blank = true;
  for (utf8proc_ssize_t i = 0; i < length; ++i) {
    const char c = char(mapped[i]);
    const bool is_blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (is_blank && blank) continue;
    folded += is_blank ? ' ' : c;
    blank = is_blank;
  }
  std::free(mapped);
  if (!folded.empty() && folded.back() == ' ') folded.pop_back();
  return folded;
}

std::size_t utf8_bytes(std::string_view bytes) {
  constexpr std::uint64_t high_bits = 0x8080808080808080;
  std::size_t at = 0;
  while (at < bytes.size()) {
    std::uint64_t eight = high_bits;
    if (bytes.size() - at >= sizeof eight) std::memcpy(&eight, bytes.data() + at, sizeof eight);
    if ((eight & high_bits) == 0) {
      at += sizeof eight;
      continue;
    }
    if (static_cast<unsigned char>(bytes[at]) < 0x80) {
      ++at;
      continue;
    }
    utf8proc_int32_t code_point;
    const auto used = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(bytes.data()) + at,
                                       utf8proc_ssize_t(bytes.size() - at), &code_point);
    if (used < 1) return at;
    at += std::size_t(used);
  }
  return at;
}

std::string percent_encode(std::string_view text) {
  static constexpr char digits[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (is_unreserved(c)) {
      out += c;
      continue;
    }
    out += '%';
    out += digits[static_cast<unsigned char>(c) >> 4];
    out += digits[static_cast<unsigned char>(c) & 15];
  }
  return out;
}

std::string shown_text(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, shown_characters_max)) out += c >= ' ' && c <= '~' ? c : '?';
  if (text.size() > shown_characters_max) out += "…";
  return out;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const auto at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == text.npos) return parts;
    text.remove_prefix(at + 1);
  }
}

}  // namespace handoff
