// A .tgz file of a FHIR package: gzip (RFC 1952) around a tar archive (POSIX ustar, with pax and GNU long
// names). It is read whole and within limits. Only plain files are given, and nothing is written to disk.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace handoff::packages {

struct ArchiveFile {
  std::string name;  // "package/package.json"
  std::string content;
};

// `wanted` is called for each name; files that it refuses are skipped. Problem: incorrect, says what is wrong
// with the archive.
Result<std::vector<ArchiveFile>> read_archive(std::string_view tgz, bool (*wanted)(std::string_view name));

}  // namespace handoff::packages
