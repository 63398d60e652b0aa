// Converts a record's raw values to the types of the contract, or says which column breaks the contract and
// why.
#pragma once

#include <optional>
#include <string>

#include "json/value.h"
#include "mapping/contract.h"

namespace handoff::mapping {

// The first value of a record that breaks its declaration.
struct Flaw {
  const Column* column = nullptr;
  std::string value;
  std::string reason;
};

class Typing {
 public:
  // Values are made in `arena`, which outlives the record.
  Typing(json::Arena& arena, CivilDate today) : arena_(arena), today_(today) {}

  // Returns an object of the typed values. Missing values are left out. A flawed value stays as it came, so
  // that equal records stay equal. `raw`: an object of strings (CSV) or of JSON values, by column name.
  json::Value record(const std::vector<Column>& columns, json::Value raw);
  const std::optional<Flaw>& flaw() const { return flaw_; }

 private:
  using Make = json::Value (Typing::*)(const Column&, std::string_view);
  json::Value typed(const Column& column, json::Value raw);
  json::Value list(const Column& column, json::Value raw);
  json::Value scalar(const Column& column, json::Value raw);
  bool fits(const Column& column, std::string_view text);
  bool within(const Column& column, CivilDate day, std::string_view text);
  json::Value text(const Column& column, std::string_view text);
  json::Value date(const Column& column, std::string_view text);
  json::Value date_time(const Column& column, std::string_view text);
  json::Value time(const Column& column, std::string_view text);
  json::Value integer(const Column& column, std::string_view text);
  json::Value decimal(const Column& column, std::string_view text);
  json::Value boolean(const Column& column, std::string_view text);
  json::Value refuse(const Column& column, std::string_view value, std::string reason);

  json::Arena& arena_;
  CivilDate today_;
  std::optional<Flaw> flaw_;
};

// Keys of `raw` that no column declares, by path. For JSON sources.
std::vector<std::string> undeclared(const std::vector<Column>& columns, json::Value raw,
                                    const std::string& before = {});

}  // namespace handoff::mapping
