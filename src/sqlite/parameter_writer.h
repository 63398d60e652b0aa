// Search parameters as the writer keeps them: numbers, how far each is indexed, and the end of what nobody searches by.
//
#pragma once

#include "store/parameters.h"
#include "sqlite/connection.h"

namespace handoff::sqlite {

class ParameterWriter {
 public:
  explicit ParameterWriter(const Connection& connection) : connection_(connection) {}

  // All of a step but the missing rows.
  void take(const ParameterStep& step);

 private:
  void settle(const std::vector<AddedParameter>& all);
  void forget(std::int64_t number, std::size_t rows);

  const Connection& connection_;
};

// Every parameter, forgotten ones too, by number.
std::vector<AddedParameter> added_parameters(const Connection& connection);

}  // namespace handoff::sqlite
