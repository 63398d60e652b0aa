#include "mapping/test_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "core/civil.h"
#include "core/number.h"
#include "mapping/declaration.h"

namespace handoff::mapping {
namespace {

bool is_list_of_objects(json::Value value) {
  const auto items = value.items();
  return value.is_array() &&
         std::all_of(items.begin(), items.end(), [](json::Value item) { return item.is_object(); });
}

bool is_whole_number(json::Value value) {
  return value.is_number() && parse_number<std::size_t>(value.text());
}

bool is_moment(json::Value value) { return value.is_string() && span_of(value.text()).has_value(); }

bool is_input(json::Value value) {
  return is_list_of_objects(value) || (value.is_string() && value.size() > 0);
}

struct Key {
  std::string_view name, wanted;
  bool (*fits)(json::Value);
};

constexpr Key keys[] = {
    {"name", "a string", [](json::Value value) { return value.is_string(); }},
    {"input", "a list of rows, or the name of a file beside the test", is_input},
    {"expect", "a list of objects", is_list_of_objects},
    {"rejects", "a list of objects", is_list_of_objects},
    {"waits", "a list of objects", is_list_of_objects},
    {"world", "a list of objects", is_list_of_objects},
    {"duplicates", "a whole number", is_whole_number},
    {"empty", "a whole number", is_whole_number},
    {"at", "a date or a date with a time", is_moment},
    {"now", "a date or a date with a time", is_moment},
};

void check_test(const MappingFile& file, LoadErrors& errors) {
  const json::Value test = file.document.root();
  const Place at = Place{&file, 0}.of(test);
  if (!test["name"] || !test["input"]) errors.add(at, "a test has a name and an input");
  for (const json::Member& member : test.members()) {
    const auto* key =
        std::find_if(std::begin(keys), std::end(keys), [&](const Key& k) { return k.name == member.key; });
    const Place here = at.of_key(member.key);
    if (key == std::end(keys)) errors.add(here, fmt::format("unknown key \"{}\"", member.key));
    else if (!key->fits(member.value)) errors.add(here, fmt::format("\"{}\" is {}", member.key, key->wanted));
  }
  for (const json::Value item : test["rejects"].items())
    check_keys(at.of(item), item, {"record", "field", "reason"}, errors);
  for (const json::Value item : test["waits"].items())
    check_keys(at.of(item), item, {"type", "value"}, errors);
}

}  // namespace

std::string read_text(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

Result<std::vector<std::unique_ptr<MappingFile>>> read_tests(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> paths;
  std::error_code none;
  for (const auto& file : std::filesystem::directory_iterator(folder, none))
    if (file.path().extension() == ".json") paths.push_back(file.path());
  std::sort(paths.begin(), paths.end());
  std::vector<std::unique_ptr<MappingFile>> files;
  LoadErrors errors;
  for (const auto& path : paths) {
    auto file = MappingFile::parse("tests/" + path.filename().string(), read_text(path));
    if (!file) {
      errors.add(file.error());
      continue;
    }
    files.push_back(std::make_unique<MappingFile>(std::move(*file)));
    check_test(*files.back(), errors);
  }
  if (!errors.empty()) return errors.take();
  return files;
}

}  // namespace handoff::mapping
