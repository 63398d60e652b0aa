#include "fhirpath/narrative_value.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <iterator>

namespace handoff::fhirpath {
namespace {

constexpr std::string_view xhtml = "http://www.w3.org/1999/xhtml";

struct Named {
  std::string_view entity, character;
};
// the entities of XML itself
constexpr Named named[] = {{"&amp;", "&"}, {"&apos;", "'"}, {"&gt;", ">"}, {"&lt;", "<"}, {"&quot;", "\""}};

// attributes that hold an address
constexpr std::string_view addresses[] = {"cite", "href", "longdesc", "src", "usemap"};
constexpr std::string_view link_schemes[] = {"ftp", "http", "https", "mailto", "tel", "urn"};
constexpr std::string_view image_schemes[] = {"http", "https"};
constexpr std::string_view image_data[] = {"data:image/gif;base64,", "data:image/jpeg;base64,",
                                           "data:image/jpg;base64,", "data:image/png;base64,"};
// they compute and load nothing
constexpr std::string_view style_functions[] = {"calc", "hsl", "hsla", "rgb", "rgba"};

template <std::size_t size>
bool knows(const std::string_view (&names)[size], std::string_view name) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

// XML 1.0, production 2.
bool is_character(std::uint32_t code) {
  return code == 0x9 || code == 0xA || code == 0xD || (code >= 0x20 && code <= 0xD7FF) ||
         (code >= 0xE000 && code <= 0xFFFD) || (code >= 0x10000 && code <= 0x10FFFF);
}

std::string utf8(std::uint32_t code) {
  std::string out;
  if (code < 0x80) return out += char(code);
  if (code < 0x800) out += char(0xC0 | code >> 6);
  else {
    if (code < 0x10000) out += char(0xE0 | code >> 12);
    else {
      out += char(0xF0 | code >> 18);
      out += char(0x80 | (code >> 12 & 0x3F));
    }
    out += char(0x80 | (code >> 6 & 0x3F));
  }
  return out += char(0x80 | (code & 0x3F));
}

std::optional<std::string> decoded(std::string_view value) {
  std::string out;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value[i] != '&') {
      out += value[i];
      continue;
    }
    const auto end = value.find(';', i);
    if (end == value.npos) return std::nullopt;
    const auto character = decoded_entity(value.substr(i, end - i + 1));
    if (!character) return std::nullopt;
    out += *character;
    i = end;
  }
  return out;
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

bool is_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || (c & 0x80) != 0;
}

// Browsers drop blanks at the ends of an address, and tabs and line ends anywhere in it. Letter case does not
// matter.
std::string compact(std::string_view text) {
  std::string out;
  for (const char c : text)
    if (c != ' ' && !is_control(c)) out += c >= 'A' && c <= 'Z' ? char(c + 32) : c;
  return out;
}

std::string fault_of_address(bool is_image, std::string_view text) {
  for (const char c : text)
    if (is_control(c) && c != '\t' && c != '\n' && c != '\r')
      return "has an address with a control character";
  const std::string address = compact(text);
  const auto end = address.find_first_of(":/?#\\");
  if (end == address.npos || address[end] != ':') return {};  // relative, or within the resource
  const std::string_view scheme = std::string_view(address).substr(0, end);
  if (!is_image)
    return knows(link_schemes, scheme)
               ? ""
               : "has a link that may run code; only http, https, mailto, tel, ftp and urn are allowed";
  if (knows(image_schemes, scheme)) return {};
  const auto starts = [&address](std::string_view prefix) { return address.starts_with(prefix); };
  if (std::any_of(std::begin(image_data), std::end(image_data), starts)) return {};
  return "has an image that is not http, https, or data of a PNG, JPEG or GIF";
}

// Does a style's "url(", up to its end, load from elsewhere? Only the reader's own server or data in the text
// are allowed, because any other server would learn who reads.
bool loads_elsewhere(std::string_view argument) {
  const char quote = argument.empty() ? '\0' : argument[0];
  const bool is_quoted = quote == '"' || quote == '\'';
  if (is_quoted) argument.remove_prefix(1);
  const auto end = argument.find(is_quoted ? quote : ')');
  if (end == argument.npos) return true;
  const std::string_view address = argument.substr(0, end);
  const auto starts = [&address](std::string_view prefix) { return address.starts_with(prefix); };
  if (address.starts_with("//")) return true;
  return address.find(':') != address.npos &&
         std::none_of(std::begin(image_data), std::end(image_data), starts);
}

// Escapes, comments and rules are refused, so that a browser reads the same as this code. Only functions that
// compute are allowed, and url() of a permitted address.
std::string fault_of_style(std::string_view text) {
  constexpr std::string_view why = "has a style that may load or run something";
  if (text.find_first_of("\\@<") != text.npos || text.find("/*") != text.npos) return std::string(why);
  const std::string style = compact(text);
  for (std::size_t at = style.find('('); at != style.npos; at = style.find('(', at + 1)) {
    std::size_t begin = at;
    while (begin > 0 && is_name(style[begin - 1])) --begin;
    const std::string_view function = std::string_view(style).substr(begin, at - begin);
    if (function == "url" ? loads_elsewhere(std::string_view(style).substr(at + 1))
                          : !knows(style_functions, function))
      return std::string(why);
  }
  for (const std::string_view property : {"behavior:", "-moz-binding:"})
    if (style.find(property) != style.npos) return std::string(why);
  return {};
}

}  // namespace

std::optional<std::string> decoded_entity(std::string_view entity) {
  if (entity.size() < 4 || entity.size() > 12 || entity.back() != ';') return std::nullopt;
  if (entity[1] != '#') {
    const auto* found =
        std::find_if(std::begin(named), std::end(named), [&](const Named& n) { return n.entity == entity; });
    return found == std::end(named) ? std::nullopt : std::optional(std::string(found->character));
  }
  std::string_view digits = entity.substr(2, entity.size() - 3);
  const bool is_hex = digits[0] == 'x';
  digits.remove_prefix(is_hex ? 1 : 0);
  std::uint32_t code = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), code, is_hex ? 16 : 10);
  if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size() || !is_character(code))
    return std::nullopt;
  return utf8(code);
}

std::string fault_of_attribute(std::string_view element, std::string_view name, std::string_view value) {
  const auto text = decoded(value);
  if (!text) return "has a '&' that does not begin an XML entity; write &amp; or a number such as &#160;";
  if (name == "xmlns" && *text != xhtml) return "has an element of another namespace than XHTML";
  if (name == "style") return fault_of_style(*text);
  if (knows(addresses, name)) return fault_of_address(element == "img" && name == "src", *text);
  return {};
}

}  // namespace handoff::fhirpath
