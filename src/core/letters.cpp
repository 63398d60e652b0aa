#include "core/letters.h"

#include <utf8proc.h>

#include <cstdlib>

namespace handoff {
namespace {

using Mapping = utf8proc_int32_t (*)(utf8proc_int32_t);

std::string mapped(std::string_view text, Mapping mapping) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    utf8proc_int32_t code_point = 0;
    const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data()) + at;
    const auto used = utf8proc_iterate(bytes, utf8proc_ssize_t(text.size() - at), &code_point);
    if (used < 1) return std::string(text);
    utf8proc_uint8_t encoded[4];
    const auto length = utf8proc_encode_char(mapping(code_point), encoded);
    result.append(reinterpret_cast<const char*>(encoded), std::size_t(length));
    at += std::size_t(used);
  }
  return result;
}

}  // namespace

std::string to_upper(std::string_view text) { return mapped(text, utf8proc_toupper); }
std::string to_lower(std::string_view text) { return mapped(text, utf8proc_tolower); }

std::string fold_case(std::string_view text) {
  utf8proc_uint8_t* folded = nullptr;
  const auto options = utf8proc_option_t(UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD);
  const auto length = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                   utf8proc_ssize_t(text.size()), &folded, options);
  if (length < 0) return std::string(text);
  std::string result(reinterpret_cast<const char*>(folded), std::size_t(length));
  std::free(folded);
  for (char& c : result)
    if (c == '\t' || c == '\n' || c == '\r') c = ' ';
  return result;
}

}  // namespace handoff
