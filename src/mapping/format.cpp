#include "mapping/format.h"

#include <algorithm>

#include "mapping/raw_file.h"

namespace handoff::mapping {
namespace {

const Format table[] = {
    {.name = "csv",
     .extension = ".csv",
     .media_types = {"text/csv", "application/csv", "text/plain"},
     .source_keys = {"delimiter", "header", "columns"},
     .read = read_csv_file,
     .write = write_csv_file},
    {.name = "jsonl",
     .extension = ".jsonl",
     .more_extensions = {".ndjson"},
     .media_types = {"application/x-ndjson", "application/ndjson", "application/jsonl"},
     .source_keys = {"fields"},
     .is_nested = true,
     .read = read_json_lines,
     .write = write_json_lines},
    {.name = "json",
     .extension = ".json",
     .media_types = {"application/json"},
     .source_keys = {"fields", "record"},
     .is_nested = true,
     .read = read_json_file,
     .write = write_json_file},
    {.name = "hl7v2", .extension = ".hl7"},
};

// Null if no format fits.
template <class Fits>
const Format* first(Fits fits) {
  const auto* found = std::find_if(std::begin(table), std::end(table), fits);
  return found == std::end(table) ? nullptr : found;
}

bool is_among(std::string_view extension, const std::vector<std::string_view>& extensions) {
  return std::find(extensions.begin(), extensions.end(), extension) != extensions.end();
}

}  // namespace

std::span<const Format> formats() { return table; }

const Format* find_format(std::string_view name) {
  return first([&](const Format& format) { return format.name == name && format.read; });
}

const Format* format_of_feed(const std::filesystem::path& file) {
  const std::string extension = file.extension().string();
  return first([&](const Format& format) { return format.extension == extension; });
}

std::string_view media_type_of(const std::filesystem::path& file) {
  const std::string extension = file.extension().string();
  const Format* found = first([&](const Format& format) {
    const bool is_of = format.extension == extension || is_among(extension, format.more_extensions);
    return is_of && !format.media_types.empty();
  });
  return found ? found->media_types.front() : "text/csv";
}

}  // namespace handoff::mapping
