// What the compiler keeps of the packages: the same nouns as fhir/definitions.h, with names instead of
// pointers. The texts live in the documents that main keeps open.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "fhir/definitions.h"

namespace handoff::fhir::compiler {

using Texts = std::vector<std::string_view>;

struct ChoiceModel {
  std::string_view type;
  std::string_view code;  // as published: "http://hl7.org/fhirpath/System.String" if `type` is "string"
  Texts targets;
};

struct ElementModel {
  std::string_view id;    // "Patient.contact.name"
  std::string_view base;  // "Resource.id" for an inherited element
  std::string_view name;
  std::uint32_t min = 0;
  std::uint32_t max = 1;
  bool is_choice = false;
  bool is_modifier = false;
  bool is_summary = false;
  std::vector<ChoiceModel> types;
  BindingStrength binding = BindingStrength::none;
  std::string_view value_set;
  std::vector<Constraint> constraints;
};

struct TypeModel {
  std::string_view name;
  TypeKind kind = TypeKind::complex;
  std::string_view base;
  bool is_abstract = false;
  std::string_view pattern;
  std::vector<ElementModel> elements;
  std::vector<Constraint> constraints;
};

struct SearchParameterModel {
  std::string_view url;
  std::string_view code;
  SearchType type = SearchType::token;
  Texts bases;
  std::string_view expression;
  Texts targets;
  std::vector<std::pair<std::string_view, std::string_view>> components;  // url of the definition, expression
};

using Structures = std::map<std::string_view, TypeModel>;
using SearchParameters = std::map<std::string_view, SearchParameterModel>;
// Patient → Encounter → patient
using Compartments = std::map<std::string_view, std::map<std::string_view, Texts>>;
using ValueSets = std::map<std::string_view, std::vector<Code>>;

struct Model {
  std::string_view version;
  Structures structures;
  ValueSets value_sets;
  SearchParameters search_parameters;
  Compartments compartments;
  std::string profiles;  // a JSON array of StructureDefinitions
};

// A difference between the two copies, or something that cannot be read.
struct Finding {
  std::string id;
  std::string text;
};
using Findings = std::vector<Finding>;

}  // namespace handoff::fhir::compiler
