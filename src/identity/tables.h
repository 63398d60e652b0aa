// General knowledge about names and values: placeholders, which are no evidence, and other forms of given
// names. An operator can edit these tables (gateway/tables). Immutable.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/current.h"
#include "core/result.h"

namespace handoff::identity {

// Values that people write if the real value is unknown. They speak neither for nor against anything.
class Placeholders {
 public:
  enum class Kind { birth_date, medicaid, link, family, given, sex };

  // Reads a table with the columns kind, value, why. Kinds: birthDate; medicaid, link, or number for both;
  // family, given, or name for both; fullName as FAMILY|GIVEN; sex. Values are compared like names. A value
  // that ends with * stands for all values with that beginning. A character and + stands for any number of
  // that character. Problem: incorrect, with the record's number.
  static Result<Placeholders> read(std::string_view csv);

  bool has(Kind kind, std::string_view value) const;
  bool has_full_name(std::string_view family, std::string_view given) const;

 private:
  struct Values {
    std::set<std::string, std::less<>> whole;
    std::vector<std::string> beginnings;
    std::string repeated;  // characters
    bool has(std::string_view folded) const;
    void add(std::string_view value, std::string folded);
  };
  std::map<Kind, Values> kinds_;
  Values full_names_;
};

// Forms of given names. Each row has a name and, separated by semicolons, its other forms.
class Nicknames {
 public:
  // Problem: incorrect, with the record's number.
  static Result<Nicknames> read(std::string_view csv);

  // True if both, folded with fold_name(), are forms of one name. Chris is a form of Christopher and of
  // Christina, but these two are not alike.
  bool are_alike(std::string_view a, std::string_view b) const;

 private:
  std::map<std::string, std::set<std::size_t>, std::less<>> groups_;  // by name, the rows that it stands in
};

struct Tables {
  Placeholders placeholders;
  Nicknames nicknames;
};

// The tables in force. A reload replaces them. Any thread.
using CurrentTables = Current<Tables>;

}  // namespace handoff::identity
