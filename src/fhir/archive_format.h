// The form of the embedded archive. src/fhir/archiver writes it and archive.cpp reads it, on the same kind of
// machine. It has a count, that many heads, each followed by its four texts, then the compressed bodies
// (zlib, RFC 1950). A head has the lengths of its texts.
#pragma once

#include <cstdint>

namespace handoff::fhir {

struct ArchiveHead {
  std::uint32_t offset = 0, packed_bytes = 0, bytes = 0;
  std::uint32_t type_bytes = 0, canonical_bytes = 0, version_bytes = 0, profiled_bytes = 0;
};

}  // namespace handoff::fhir
