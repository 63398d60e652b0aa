// Search parameters that are not R4's own. Each has a number that identifies its index rows. A search can use
// it when every resource has its rows. The rows depend on the parameter's definition, which is a text to the
// store. Another definition is another parameter.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "search/index_rows.h"
#include "store/numbers.h"

namespace handoff::store {

// The url of the entry that stands for all rows, of R4's own parameters too. Its definition names the rules
// by which the rows are made (search::rows_form). If it is forgotten, all rows are removed.
inline constexpr std::string_view all_rows = "urn:handoff:index-rows";

enum class ParameterState : std::uint8_t {
  indexing,   // some resources lack their rows
  ready,      // no resource lacks its rows
  forgotten,  // nobody uses it any more; the store removes its rows, then the parameter
};

struct AddedParameter {
  std::string url;
  std::string definition;
  std::uint16_t number = 0;  // given by the store, from fhir::SearchParameter::first_added on
  ParameterState state = ParameterState::indexing;
  Pk indexed_pk = Pk::none;  // while indexing: the last version that has its rows
};

// Rows that a current resource lacks. The first of `shapes` is the one that the resource has.
struct MissingRows {
  Pk pk = Pk::none;
  PatientNumber patient_number = PatientNumber::nobody;
  std::uint32_t shape = 0;
  std::string type;
  std::vector<std::string> shapes;
  search::IndexRows rows;
};

// A step towards an index that has the rows of all its parameters and no others.
struct ParameterStep {
  // All parameters from now on, by url and definition. Any other parameter is forgotten; a new one must be
  // indexed.
  std::optional<std::vector<AddedParameter>> all;
  std::size_t rows_to_forget = 0;  // of each table and forgotten parameter
  std::vector<MissingRows> missing;
  std::optional<Pk> indexed_pk;  // of all that are being indexed
  bool is_indexed = false;       // they are ready
};

}  // namespace handoff::store
