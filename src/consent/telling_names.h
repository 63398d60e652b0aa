// What facilities, programs and self-help groups reveal by their kind, found by their codes and by words in
// their names. The table comes from an operator and is compiled here. Directory entries carry no label of it.
// Pure; immutable, any thread.
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

  // Reads the text of a table (gateway/tables/telling_names.csv). Problem: incorrect; every issue names the
  // file and the line.
  static Result<TellingNames> read(std::string_view csv, std::string_view file);

  // What a resource of a person reveals: by its own words and codes, by what it contains, by directory
  // entries that it refers to at any depth, and by the entries to which these belong. `read` gives an entry
  // ("Organization/x"), absent if there is none.
  Families revealed_by(json::Value resource, const Read& read) const;
  // What one entry of the directory reveals, together with the entries to which it belongs.
  Families revealed_by_entry(json::Value entry, const Read& read) const;

 private:
  struct Row {
    std::vector<std::string> words;  // all but the first; "begin*" matches every word with that beginning
    std::string family;
    bool names_only = false;
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  struct Table {
    std::unordered_map<std::string, std::vector<Row>, Hash, std::equal_to<>> by_first;
    // rows whose first word is like "begin*", by its first byte
    std::array<std::vector<std::pair<std::string, Row>>, 256> by_beginning;
  };
  friend class NameReader;

  Result<void> add(std::span<const std::string_view> fields);
  static void match(const Table& rows, std::span<const std::string_view> words, bool is_name,
                    Families& found);
  void match_text(std::string_view text, bool is_name, Families& found) const;

  Table any_case_, as_written_;
  // by system and code
  std::map<std::string, std::map<std::string, std::string, std::less<>>, std::less<>> codes_;
};

// The names in force; nothing if there are none.
using CurrentNames = Current<TellingNames>;

}  // namespace handoff::consent
