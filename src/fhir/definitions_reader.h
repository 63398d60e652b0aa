// Reads the binary form of the definitions (definitions_format.h). Every number is checked against the bytes
// that are left and against the table it points into, so damaged bytes end in a Problem.
#pragma once

#include <unordered_map>

#include "fhir/definitions.h"

namespace handoff::fhir {

// What Definitions holds. Types and value sets point at one another, so the vectors never grow after they are
// read.
struct Definitions::Content {
  std::string_view version;
  std::string_view profiles;
  std::vector<ValueSet> value_sets;
  std::vector<Type> types;
  std::vector<SearchParameter> search_parameters;
  std::vector<Compartment> compartments;

  std::unordered_map<std::string_view, const Type*> types_by_name;
  std::vector<const Type*> resources;
};

// The part that with() can add to.
struct Definitions::Searchable {
  std::vector<SearchParameter> parameters;
  std::unordered_map<std::string_view, std::vector<const SearchParameter*>> by_type;
};

class DefinitionsReader {
 public:
  explicit DefinitionsReader(std::string_view bytes) : rest_(bytes) {}

  // False if the bytes are damaged.
  bool read(Definitions::Content& content);

 private:
  std::uint64_t number();
  std::uint64_t below(std::uint64_t limit);  // a number less than `limit`
  std::size_t count();                       // of things that take at least one byte each
  std::string_view text();
  void texts(std::vector<std::string_view>& all);
  void constraints(std::vector<Constraint>& all);

  void read_texts();
  void read_value_sets(Definitions::Content& content);
  void read_types(Definitions::Content& content);
  void read_element(Definitions::Content& content, Element& element);
  void read_search_parameters(Definitions::Content& content);
  void read_compartments(Definitions::Content& content);

  std::string_view rest_;
  std::vector<std::string_view> texts_;
  bool damaged_ = false;
};

}  // namespace handoff::fhir
