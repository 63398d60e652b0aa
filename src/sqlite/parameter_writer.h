// Writes search parameters: their numbers, how far each is indexed, and the deletion of parameters that
// nobody searches by.
#pragma once

#include "sqlite/connection.h"
#include "store/parameters.h"

namespace handoff::sqlite {

class ParameterWriter {
 public:
  explicit ParameterWriter(const Connection& connection) : connection_(connection) {}

  // Performs a whole step except for the missing rows.
  void take(const ParameterStep& step);

 private:
  void settle(const std::vector<AddedParameter>& all);
  void forget(std::int64_t number, std::size_t rows);      // the rows of one parameter
  void forget_all(std::int64_t number, std::size_t rows);  // all rows
  void remove(std::int64_t number);

  const Connection& connection_;
};

// Every parameter, including forgotten ones, by number.
std::vector<AddedParameter> added_parameters(const Connection& connection);

}  // namespace handoff::sqlite
