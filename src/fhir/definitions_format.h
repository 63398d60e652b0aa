// The binary form of the definitions. definitions_compiler writes it and Definitions::read reads it. Numbers
// are LEB128. Texts are numbers into one table of texts.
//
//  The order is: magic · texts (count, lengths, bytes) · version · profiles (JSON) · value sets.
//  Then: types (a base before the types that derive from it) · search parameters (sorted by url).
//  Then: compartments · hash64 of everything before (8 bytes, little-endian).
#pragma once

#include <cstdint>
#include <string_view>

namespace handoff::fhir::format {

inline constexpr std::string_view magic = "HNDFDEF2";
inline constexpr std::size_t checksum_bytes = 8;

// Bits of an element.
inline constexpr std::uint64_t choice = 1, modifier = 2, summary = 4;

// An element's max: 0 means unbounded, any other number is the max plus one.
inline constexpr std::uint64_t unbounded = 0;

}  // namespace handoff::fhir::format
