// The form of the embedded archive, as src/fhir/archiver writes and archive.cpp reads it, on the machine that made it: a count, so
// many heads with the lengths of their four texts behind each, then the compressed bodies (zlib, RFC 1950).
#pragma once

#include <cstdint>

namespace handoff::fhir {

struct ArchiveHead {
  std::uint32_t offset = 0, packed_bytes = 0, bytes = 0;
  std::uint32_t type_bytes = 0, canonical_bytes = 0, version_bytes = 0, profiled_bytes = 0;
};

}  // namespace handoff::fhir
