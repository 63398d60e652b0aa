#include "tools/load_source.h"

#include <fmt/format.h>

#include <fstream>

#include "core/text.h"
#include "json/document.h"
#include "serve/files.h"

namespace handoff::gateway {
namespace {

namespace fs = std::filesystem;
using json::Value;

// True if every entry names what it writes, by id or by a condition.
bool is_repeatable(Value bundle) {
  const auto entries = bundle["entry"].items();
  return std::all_of(entries.begin(), entries.end(), [](Value entry) {
    const Value request = entry["request"];
    return request["method"].text() == "PUT" || request["ifNoneExist"];
  });
}

bool is_loadable(const fs::path& file) {
  return file.extension() == ".json" || file.extension() == ".ndjson";
}

}  // namespace

Result<LoadItem> load_item(std::string place, std::string text) {
  const auto parsed = json::parse(text);
  if (!parsed) return problem(Kind::incorrect, parsed.error().summary());
  const Value resource = parsed->root();
  const std::string type(resource["resourceType"].text()), id(resource["id"].text());
  if (type.empty()) return problem(Kind::incorrect, "is not a FHIR resource: resourceType is missing");
  const std::string_view bundle = type == "Bundle" ? resource["type"].text() : std::string_view();
  LoadItem item{std::move(place), "POST", "", std::move(text), false};
  if (bundle == "transaction" || bundle == "batch") {
    item.repeatable = is_repeatable(resource);
  } else {
    item.path = "/" + percent_encode(type);
    if (!id.empty()) item.method = "PUT", item.path += "/" + percent_encode(id), item.repeatable = true;
  }
  return item;
}

Result<std::vector<fs::path>> load_files(const std::vector<fs::path>& inputs) {
  std::vector<fs::path> files;
  for (const fs::path& input : inputs) {
    if (fs::is_regular_file(input)) files.push_back(input);
    else if (!fs::is_directory(input))
      return problem(Kind::not_found, "no such file or folder: " + input.string());
    const std::size_t before = files.size();
    if (fs::is_directory(input))
      for (const auto& entry : fs::recursive_directory_iterator(input))
        if (entry.is_regular_file() && is_loadable(entry.path())) files.push_back(entry.path());
    std::sort(files.begin() + std::ptrdiff_t(before), files.end());
  }
  if (files.empty()) return problem(Kind::not_found, "found no *.json or *.ndjson file");
  return files;
}

Result<void> each_item(const fs::path& file,
                       const std::function<bool(Result<LoadItem>, std::string_view)>& take) {
  if (file.extension() != ".ndjson") {
    auto text = read_file(file);
    if (!text) return text.error();
    take(load_item(file.string(), std::move(*text)), file.string());
    return {};
  }
  std::ifstream in(file, std::ios::binary);
  if (!in) return problem(Kind::not_found, "cannot read " + file.string());
  std::size_t number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    if (trim(line).empty()) continue;
    const std::string place = fmt::format("{}:{}", file.string(), number);
    if (!take(load_item(place, std::move(line)), place)) break;
    line.clear();
  }
  return {};
}

}  // namespace handoff::gateway
