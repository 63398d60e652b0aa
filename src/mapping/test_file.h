// Reads the test files of a mapping and checks their keys (mappings/README.md: tests). Without this check a
// test with a misspelled key would check nothing.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "mapping/place.h"

namespace handoff::mapping {

// All tests of a folder, in the order of the file names. Problem: incorrect, with an issue for each flaw in
// any file.
Result<std::vector<std::unique_ptr<MappingFile>>> read_tests(const std::filesystem::path& folder);

// The bytes of a file; empty if it cannot be read.
std::string read_text(const std::filesystem::path& path);

}  // namespace handoff::mapping
