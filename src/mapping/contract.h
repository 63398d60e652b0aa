// The source contract of a mapping: how a file is read and what each column may hold (mappings/README.md:
// source). Columns of a JSON source are nested. Each object on a path is a group, and a list of objects has a
// list of fields.
#pragma once

#include <re2/re2.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/civil.h"
#include "fhirpath/expression.h"
#include "mapping/format.h"
#include "mapping/lookup_table.h"
#include "mapping/place.h"

namespace handoff::mapping {

enum class ColumnType : std::uint8_t {
  string,
  date,
  date_time,
  time,
  integer,
  decimal,
  boolean,
  code,
  list,
  group
};

// A bound of a date: a fixed day, or today by the clock.
struct Bound {
  bool is_today = false;
  CivilDate day{};
};

struct Column {
  std::string name;  // last segment of the path
  std::string path;  // "DOB", "person.legalName.family"
  ColumnType type = ColumnType::string;
  bool required = false;
  bool unused = false;
  bool sensitive = false;
  bool trims = true;
  std::shared_ptr<const RE2> match;
  std::string say;  // reason for the rejection if `match` fails
  std::vector<std::string> one_of;
  std::vector<std::string> patterns;  // of a date or dateTime; empty: ISO
  std::string zone = "America/New_York";
  std::optional<Bound> not_before;
  std::optional<Bound> not_after;
  std::vector<std::string> truths{"true"};
  std::vector<std::string> falses{"false"};
  char separator = ';';
  std::vector<Column> item = {};    // of a list of plain values: one column
  std::vector<Column> fields = {};  // of a group, or of a list of objects
  std::string lookup;
  const LookupTable* table = nullptr;
  Place declared = {};
  std::string place;   // "map.json:6:14"
  std::string target;  // first element that uses it: "Patient.birthDate"
};

struct Contract {
  const Format* format = nullptr;  // null: unknown format, and the mapping is not loaded
  std::vector<std::string> charsets{"utf-8"};
  char delimiter = ',';
  bool has_header = true;
  bool is_series = false;  // records with the same key are states of one thing, no contradiction
  std::string records;     // FHIRPath to the records of a json file; empty: the root array
  std::vector<Column> columns;

  // The column with this path. Null if none is declared.
  Column* find(std::string_view path);
  const Column* find(std::string_view path) const;
  std::vector<fhirpath::RecordMember> members() const;
};

// Compiles `source` of a map.json. Every flaw goes to `errors`.
Contract compile_contract(const Place& at, json::Value source, LoadErrors& errors);

}  // namespace handoff::mapping
