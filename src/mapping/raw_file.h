// Records of a file before they are typed. Each format has a file of its own, which reads one and writes one;
// format.cpp names them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "json/document.h"
#include "mapping/charset.h"
#include "mapping/plan.h"

namespace handoff::mapping {

// Its values refer to `documents` and `arena` of its file.
struct RawRecord {
  std::size_t number = 0;
  json::Value values;
  std::string broken;      // what is wrong with the record as a whole
  std::string field = {};  // the column that it is about
};

struct RawFile {
  std::vector<json::Document> documents;
  json::Arena arena;
  std::vector<RawRecord> records;
};

// The file as such cannot be read.
inline Problem of_file(std::string what) {
  return problem(Kind::incorrect, std::move(what), {}, "structure");
}

// csv_format.cpp: a row for each record, below a header.
Result<void> read_csv_file(const Plan& plan, const Decoded& decoded, RawFile& file);
Result<std::string> write_csv_file(const Contract& contract, json::Value rows);

// json_lines_format.cpp: an object on each line.
Result<void> read_json_lines(const Plan& plan, const Decoded& decoded, RawFile& file);
Result<std::string> write_json_lines(const Contract& contract, json::Value rows);

// json_format.cpp: one document, of which the mapping says where the records are.
Result<void> read_json_file(const Plan& plan, const Decoded& decoded, RawFile& file);
Result<std::string> write_json_file(const Contract& contract, json::Value rows);

}  // namespace handoff::mapping
