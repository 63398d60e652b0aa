// What is known of names and values in general: placeholders, which are no evidence, and other forms of given names. Data that an
// operator edits (gateway/tables). Immutable.
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

// What stands where a value is not known: it speaks neither for nor against anything.
class Placeholders {
 public:
  enum class Kind { birth_date, medicaid, link, family, given, sex };

  // A table with the columns kind (birthDate; medicaid, link, number for both; family, given, name for both, fullName as FAMILY|GIVEN;
  // sex), value, why.
  // A value is compared as names are. One that ends with * stands for all that begin so; a character and + for any number of it.
  // Problem: incorrect, with the record's number.
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

// Which given names are forms of one: each row a name and, separated by semicolons, its other forms.
class Nicknames {
 public:
  // Problem: incorrect, with the record's number.
  static Result<Nicknames> read(std::string_view csv);

  // Are both, as fold_name() gives them, forms of one name? Not of two: Chris is Christopher and Christina, who are not alike.
  bool are_alike(std::string_view a, std::string_view b) const;

 private:
  std::map<std::string, std::set<std::size_t>, std::less<>> groups_;  // by name, the rows it stands in
};

struct Tables {
  Placeholders placeholders;
  Nicknames nicknames;
};

// The tables in force; a reload replaces them. Any thread.
using CurrentTables = Current<Tables>;

}  // namespace handoff::identity
