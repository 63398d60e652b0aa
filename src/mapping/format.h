// The formats of files of records, in one table: what a format is called, which files are of it, how one is
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
  // ".csv": of its files in a folder of records.
  std::string_view extension;
  // Of a file that is sent to a gateway. The first media type is recommended.
  std::vector<std::string_view> more_extensions;
  std::vector<std::string_view> media_types;
  // The keys of "source" that some formats have and others lack.
  std::vector<std::string_view> source_keys;
  // A record is an object, which "fields" declare; else it is a row, which "columns" declare.
  bool is_nested = false;
  // Null: no mapping can read it yet. A feed of it is told as one without mapping.
  Result<void> (*read)(const Plan&, const Decoded&, RawFile&) = nullptr;
  // Rows of a test as a file. Problem: incorrect, if a row names an unknown column.
  Result<std::string> (*write)(const Contract&, json::Value rows) = nullptr;
};

std::span<const Format> formats();

// The format that a map.json calls so; null if none does, or none that can be read.
const Format* find_format(std::string_view name);

// The format of a file in a folder of records; null if it is no file of records.
const Format* format_of_feed(const std::filesystem::path& file);

// What a file is sent as. A file of an extension that is not known is sent as CSV.
std::string_view media_type_of(const std::filesystem::path& file);

}  // namespace handoff::mapping
