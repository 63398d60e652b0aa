// What facilities, programs and self-help groups tell by what they are: by their codes, and by words in their names. A table of an
// operator, compiled; it is kept beside the directory, whose entries carry no label of it. Pure; immutable, any thread.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/current.h"
#include "core/result.h"
#include "json/value.h"

namespace handoff::consent {

class TellingNames {
 public:
  using Families = std::set<std::string>;  // sensitivities: "SUD", "HIV", …
  using Read = std::function<json::Value(std::string_view reference)>;

  // The text of a table (gateway/tables/telling_names.csv). Problem: incorrect; every issue names the file and the line.
  static Result<TellingNames> read(std::string_view csv, std::string_view file);

  // What a resource of a person tells: by its own words and codes, by what it contains, and by the entries of the directory that it refers
  // to at any depth, with those that they belong to. `read` gives an entry ("Organization/x"), absent if there is none.
  Families told_by(json::Value resource, const Read& read) const;
  // What one entry of the directory tells, with those that it belongs to.
  Families told_by_entry(json::Value entry, const Read& read) const;

 private:
  struct Row {
    std::vector<std::string> words;  // after the first; "begin*" stands for all that begin so
    std::string family;
    bool names_only = false;
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  struct Table {
    std::unordered_map<std::string, std::vector<Row>, Hash, std::equal_to<>> by_first;
    std::array<std::vector<std::pair<std::string, Row>>, 256> by_beginning;  // by its first byte, where the first word is like "begin*"
  };
  friend class NameReader;

  Result<void> add(std::span<const std::string_view> fields);
  static void match(const Table& rows, std::span<const std::string_view> words, bool is_name, Families& found);
  void match_text(std::string_view text, bool is_name, Families& found) const;

  Table any_case_, as_written_;
  std::map<std::string, std::map<std::string, std::string, std::less<>>, std::less<>> codes_;  // by system and code
};

// Those in force. Nothing where there are none.
using CurrentNames = Current<TellingNames>;

}  // namespace handoff::consent
