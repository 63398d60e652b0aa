// Search parameters that are none of R4's, as a store keeps them: each has a number by which index rows are found, and is
// searched by once every resource has its rows. What a parameter's rows hang on is its definition, a text to the store:
// another definition is another parameter.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "search/index_rows.h"

namespace handoff::store {

enum class ParameterState : std::uint8_t {
  indexing,   // some resources lack their rows
  ready,      // none does
  forgotten,  // nobody searches by it any more; its rows go, then itself
};

struct AddedParameter {
  std::string url;
  std::string definition;
  std::uint16_t number = 0;  // given by the store, fhir::SearchParameter::first_added and more
  ParameterState state = ParameterState::indexing;
  std::int64_t indexed_pk = 0;  // while indexing: of the last version that has its rows
};

// Rows that a current resource was lacking. Its first shape is the one that it has.
struct MissingRows {
  std::int64_t pk = 0;
  std::int64_t patient_number = 0;
  std::uint32_t shape = 0;
  std::string type;
  std::vector<std::string> shapes;
  search::IndexRows rows;
};

// A step towards an index that has the rows of all its parameters and no others.
struct ParameterStep {
  // All that there are from now on, by url and definition: whatever else there was is forgotten, what is new is to be indexed.
  std::optional<std::vector<AddedParameter>> all;
  std::size_t rows_to_forget = 0;  // of each table and forgotten parameter
  std::vector<MissingRows> missing;
  std::optional<std::int64_t> indexed_pk;  // of all that are being indexed
  bool is_indexed = false;                 // they are ready
};

}  // namespace handoff::store
