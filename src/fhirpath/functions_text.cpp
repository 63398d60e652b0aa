// Encodings and escapes of strings (additional string functions of FHIRPath's continuous build).
#include "core/hash.h"
#include "core/result.h"
#include "core/text.h"
#include "fhirpath/functions.h"
#include "json/document.h"

namespace handoff::fhirpath {
namespace {

using Converted = std::optional<std::string>;
struct Row {
  std::string_view name;
  Converted (*there)(std::string_view);
  Converted (*back)(std::string_view);
};

// Base64 is made from the URL-safe Base64 in core, with the other alphabet and with padding.
std::string padded(std::string text) {
  while (text.size() % 4 != 0) text += '=';
  return text;
}

void exchange(std::string& text, char a, char b, char x, char y) {
  for (char& c : text) c = c == a ? x : c == b ? y : c;
}

Converted to_url_base64(std::string_view text) { return padded(base64url_encode(text)); }

Converted to_base64(std::string_view text) {
  std::string result = padded(base64url_encode(text));
  exchange(result, '-', '_', '+', '/');
  return result;
}

Converted from_base64(std::string_view text) {
  std::string plain(text.substr(0, text.find('='))), bytes;
  exchange(plain, '+', '/', '-', '_');
  return base64url_decode(plain, bytes) ? Converted(bytes) : std::nullopt;
}

Converted to_hexadecimal(std::string_view text) { return to_hex(text); }

Converted from_hexadecimal(std::string_view text) {
  std::string bytes;
  if (text.size() % 2 != 0) return std::nullopt;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data() + i, text.data() + i + 2, value, 16);
    if (error != std::errc{} || end != text.data() + i + 2) return std::nullopt;
    bytes += char(value);
  }
  return bytes;
}

constexpr std::pair<char, std::string_view> entities[] = {{'&', "&amp;"},  {'<', "&lt;"},   {'>', "&gt;"},
                                                          {'"', "&quot;"}, {'\'', "&#39;"}, {'\'', "&apos;"}};

Converted to_html(std::string_view text) {
  std::string result;
  for (const char c : text) {
    const auto is_it = [c](const auto& entity) { return entity.first == c; };
    const auto* row = std::find_if(std::begin(entities), std::end(entities), is_it);
    if (row == std::end(entities)) result += c;
    else result += row->second;
  }
  return result;
}

Converted from_html(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const auto begins = [&](const auto& entity) { return text.starts_with(entity.second); };
    const auto* row = std::find_if(std::begin(entities), std::end(entities), begins);
    const bool entity = row != std::end(entities);
    result += entity ? row->first : text[0];
    text.remove_prefix(entity ? row->second.size() : 1);
  }
  return result;
}

Converted to_json(std::string_view text) {
  const std::string written = json::write(json::Arena::borrow(text));
  return written.substr(1, written.size() - 2);
}

// A quote without escape stands for itself.
Converted from_json(std::string_view text) {
  std::string quoted = "[\"";
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') quoted += '\\';
    quoted += text[i];
    if (text[i] == '\\' && i + 1 < text.size()) quoted += text[++i];
  }
  const auto document = json::parse(quoted.append("\"]"));
  return document ? Converted(document->root().at(0).text()) : std::nullopt;
}

constexpr Row encodings[] = {{"base64", to_base64, from_base64},
                             {"urlbase64", to_url_base64, from_base64},
                             {"hex", to_hexadecimal, from_hexadecimal}};
constexpr Row escapes[] = {{"html", to_html, from_html}, {"json", to_json, from_json}};

bool convert(const Call& call, std::span<const Row> rows, bool back) {
  std::string_view text, name;
  if (!input_text(call, text) || !argument_text(call, 0, name)) return nothing(call);
  for (const Row& row : rows) {
    if (row.name != name) continue;
    const Converted result = (back ? row.back : row.there)(text);
    return !result || !is_utf8(*result) || call.give(std::string_view(*result));
  }
  return true;
}

bool encode(const Call& call) { return convert(call, encodings, false); }
bool decode(const Call& call) { return convert(call, encodings, true); }
bool escape(const Call& call) { return convert(call, escapes, false); }
bool unescape(const Call& call) { return convert(call, escapes, true); }

constexpr Builtin table[] = {
    {"encode", 1, 1, 0, Takes::text, Gives::string, encode},
    {"decode", 1, 1, 0, Takes::text, Gives::string, decode},
    {"escape", 1, 1, 0, Takes::text, Gives::string, escape},
    {"unescape", 1, 1, 0, Takes::text, Gives::string, unescape},
};

}  // namespace

std::span<const Builtin> text_functions() { return table; }

}  // namespace handoff::fhirpath
