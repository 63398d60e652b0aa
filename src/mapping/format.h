// The table of the file formats for records. For each format it has the name, its files, and how a file is
// read and written.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "json/value.h"

namespace handoff::mapping {

struct Plan;
struct Contract;
struct Decoded;
struct RawFile;

struct Format {
  // "format" in a map.json.
  std::string_view name;
  // Extension of its files in a folder of records: ".csv".
  std::string_view extension;
  // Extensions and media types of a file that is sent to a gateway. The first media type is recommended.
  std::vector<std::string_view> more_extensions;
  std::vector<std::string_view> media_types;
  // The keys of "source" that some formats have and others lack.
  std::vector<std::string_view> source_keys;
  // True if a record is an object, which "fields" declare. Otherwise it is a row, which "columns" declare.
  bool is_nested = false;
  // Null if no mapping can read the format yet. Its feeds are reported as feeds without a mapping.
  Result<void> (*read)(const Plan&, const Decoded&, RawFile&) = nullptr;
  // Writes the rows of a test as a file. Problem: incorrect, if a row names an unknown column.
  Result<std::string> (*write)(const Contract&, json::Value rows) = nullptr;
};

std::span<const Format> formats();

// The format with this name in a map.json. Null if there is none, or if it cannot be read yet.
const Format* find_format(std::string_view name);

// The format of a file in a folder of records. Null if it is no file of records.
const Format* format_of_feed(const std::filesystem::path& file);

// The media type for sending a file. A file with an unknown extension is sent as CSV.
std::string_view media_type_of(const std::filesystem::path& file);

}  // namespace handoff::mapping
