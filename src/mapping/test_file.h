// The files of the tests that lie beside a mapping, held against what a test may say (mappings/README.md: tests). What is misspelled
// would check nothing.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "mapping/place.h"

namespace handoff::mapping {

// All tests of a folder, in the order of the file names. Problem: incorrect, an issue for each flaw of any of them.
Result<std::vector<std::unique_ptr<MappingFile>>> read_tests(const std::filesystem::path& folder);

// The bytes of a file; empty if it cannot be read.
std::string read_text(const std::filesystem::path& path);

}  // namespace handoff::mapping
