// Records of a file before they are typed. Each format has its own source file with a reader and a writer.
// format.cpp lists them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "json/document.h"
#include "mapping/charset.h"
#include "mapping/plan.h"

namespace handoff::mapping {

// The values refer to `documents` and `arena` of the RawFile.
struct RawRecord {
  std::size_t number = 0;
  json::Value values;
  std::string broken;      // what is wrong with the record as a whole
  std::string field = {};  // the column that `broken` is about
};

struct RawFile {
  std::vector<json::Document> documents;
  json::Arena arena;
  std::vector<RawRecord> records;
};

// The file itself cannot be read.
inline Problem of_file(std::string what) {
  return problem(Kind::incorrect, std::move(what), {}, "structure");
}

// csv_format.cpp: a row for each record, below a header.
Result<void> read_csv_file(const Plan& plan, const Decoded& decoded, RawFile& file);
Result<std::string> write_csv_file(const Contract& contract, json::Value rows);

// json_lines_format.cpp: an object on each line.
Result<void> read_json_lines(const Plan& plan, const Decoded& decoded, RawFile& file);
Result<std::string> write_json_lines(const Contract& contract, json::Value rows);

// json_format.cpp: one document. The mapping says where in it the records are.
Result<void> read_json_file(const Plan& plan, const Decoded& decoded, RawFile& file);
Result<std::string> write_json_file(const Contract& contract, json::Value rows);

}  // namespace handoff::mapping
