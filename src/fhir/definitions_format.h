// The binary form of the definitions, as definitions_compiler writes and Definitions::read reads it: numbers are LEB128,
// texts are numbers into one table of texts.
//
//   magic · texts (count, lengths, bytes) · version · profiles (JSON) · value sets · types (a base before what derives from it) ·
//   search parameters (sorted by url) · compartments · hash64 of all before (8 bytes, little-endian)
#pragma once

#include <cstdint>
#include <string_view>

namespace handoff::fhir::format {

inline constexpr std::string_view magic = "HNDFDEF2";
inline constexpr std::size_t checksum_bytes = 8;

// Bits of an element.
inline constexpr std::uint64_t choice = 1, modifier = 2, summary = 4;

// An element's max: 0 is unbounded, else one more than it is.
inline constexpr std::uint64_t unbounded = 0;

}  // namespace handoff::fhir::format
