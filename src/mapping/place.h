// A place in a mapping's files, so that every load error reads like "map.json:12:5: unknown column".
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "json/document.h"

namespace handoff::mapping {

// One JSON file of a mapping's folder. It is kept with its text while the mapping is compiled.
struct MappingFile {
  std::string name;  // relative to the folder: "map.json", "parts/name.json"
  std::string text;
  json::Document document;

  // Problem: incorrect, "name:line:column: …".
  static Result<MappingFile> parse(std::string name, std::string text);
};

// A byte offset in one of the files.
struct Place {
  const MappingFile* file = nullptr;
  std::size_t offset = 0;

  std::string text() const;  // "map.json:12:5"
  // Where `value` begins. A value without storage of its own (true, null, "", []) gets the place of `this`.
  Place of(json::Value value) const;
  Place of_key(std::string_view key) const;
  Place within(std::size_t bytes) const { return {file, offset + bytes}; }
};

// Collects all errors of a mapping, so that one load reports everything.
class LoadErrors {
 public:
  void add(const Place& place, std::string_view message);
  void add(std::string_view place, std::string_view message);  // of a table: "lookups/sex.csv:2:3"
  void add(const Problem& problem);
  bool empty() const { return problem_.issues.empty(); }
  std::size_t size() const { return problem_.issues.size(); }
  Problem take() { return std::move(problem_); }

 private:
  Problem problem_{Kind::incorrect, {}};
};

}  // namespace handoff::mapping
