#include "core/id_key.h"

#include <fmt/format.h>

#include "core/hash.h"

namespace handoff {
namespace {

constexpr std::size_t id_digits = 32;

}  // namespace

// Each part has its length before it, so two different lists of parts never give the same bytes. The use
// comes first.
std::string IdKey::derive(std::string_view use, std::initializer_list<std::string_view> parts) const {
  std::string message = fmt::format("{}:{}", use.size(), use);
  for (const std::string_view part : parts)
    fmt::format_to(std::back_inserter(message), "{}:{}", part.size(), part);
  return to_hex(keyed_digest(secret_, message));
}

std::string IdKey::id(std::string_view type, std::string_view system, std::string_view value) const {
  return derive("id", {type, system, value}).substr(0, id_digits);
}

std::string IdKey::uuid(std::initializer_list<std::string_view> parts) const {
  std::string hex = derive("uuid", parts).substr(0, id_digits);
  hex[12] = '8';  // version 8 (made from a digest), variant 10
  hex[16] = 'a';
  return fmt::format("urn:uuid:{}-{}-{}-{}-{}", hex.substr(0, 8), hex.substr(8, 4), hex.substr(12, 4),
                     hex.substr(16, 4), hex.substr(20));
}

std::string IdKey::check_value() const { return derive("check", {}); }

std::string keyless_id(std::string_view type, std::string_view system, std::string_view value) {
  return sha256_hex(fmt::format("{}|{}|{}", type, system, value)).substr(0, id_digits);
}

}  // namespace handoff
