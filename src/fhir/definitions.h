// The R4 (4.0.1) model that every module uses: types, elements, search parameters, compartments, value sets
// of required bindings (R4 "structuredefinition", "searchparameter", "compartmentdefinition", "valueset"). It
// is read from one compact binary, made by the build tool `definitions_compiler` and embedded in the program,
// into plain structures. Immutable and shared by all threads. with() adds search parameters beyond R4's.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "fhir/search_parameter.h"

namespace handoff::fhir {

enum class TypeKind : std::uint8_t { primitive, complex, backbone, resource };
enum class BindingStrength : std::uint8_t { none, required, extensible, preferred, example };

struct Type;
struct ValueSet;

// An invariant (R4 "elementdefinition", constraint): true of every value of its type or element.
struct Constraint {
  std::string_view key;  // "pat-1"
  bool is_warning = false;
  std::string_view human;
  std::string_view expression;  // FHIRPath, with the value as focus
};

// One type that an element may have. `type` is never null: for a System string (id, url, primitive value) it
// is the R4 primitive.
struct TypeChoice {
  const Type* type = nullptr;
  // Reference, canonical: names of target resource types ("Resource" for any)
  std::vector<std::string_view> targets = {};
};

struct Element {
  static constexpr std::uint32_t unbounded = UINT32_MAX;

  std::string_view name;  // "birthDate"; a choice without its suffix: "value", "deceased"
  std::uint32_t min = 0;
  std::uint32_t max = 1;
  bool is_choice = false;  // value[x]: JSON member is name + Type ("valueQuantity")
  bool is_modifier = false;
  bool is_summary = false;
  // one unless is_choice; content references are resolved to the type they name
  std::vector<TypeChoice> types;
  BindingStrength binding = BindingStrength::none;
  std::string_view value_set;                // canonical of the binding, without version; empty if none
  const ValueSet* required_codes = nullptr;  // only for required bindings whose codes are all known
  std::vector<Constraint> constraints = {};  // in addition to those of its type

  bool is_list() const { return max != 1; }
};

// A type and all its elements, inherited ones first, in the order of the specification.
struct Type {
  // "Patient", "HumanName", "string"; a backbone is named by its path: "Patient.contact"
  std::string_view name;
  TypeKind kind = TypeKind::complex;
  // DomainResource → Resource → null; code → string → Element; a backbone's is BackboneElement
  const Type* base = nullptr;
  bool is_abstract = false;
  std::string_view pattern = {};  // primitives: regular expression of the whole value, empty if any
  std::vector<Element> elements = {};
  std::vector<Constraint> constraints = {};  // in addition to those of its base

  // By FHIRPath name: "value" for value[x], "birthDate".
  const Element* find(std::string_view element) const;
  // By JSON member name: "valueQuantity" gives value[x] and its Quantity. Ask for "_birthDate" without the
  // underscore.
  struct JsonElement {
    const Element* element = nullptr;
    const Type* type = nullptr;
  };
  JsonElement find_json(std::string_view member) const;
  bool is_a(const Type& ancestor) const;  // itself or derived from it
};

struct Code {
  std::string_view system;
  std::string_view code;
};

struct ValueSet {
  std::string_view url;
  std::vector<Code> codes;  // whole expansion, sorted by (code, system)
  bool contains(std::string_view code) const;
  bool contains(std::string_view system, std::string_view code) const;
};

// Which parameters put a resource type into a compartment ("patient" → {"subject", "performer"}).
struct CompartmentMember {
  std::string_view type;
  std::vector<std::string_view> parameters;
};

struct Compartment {
  std::string_view code;  // "Patient"
  std::vector<CompartmentMember> members;
};

class Definitions {
 public:
  // R4 as built into the program. Throws only if the program itself is damaged.
  static const Definitions& r4();
  // From the bytes of the build tool. Problem: fault, "damaged definitions".
  static Result<std::shared_ptr<const Definitions>> read(std::string_view bytes);
  // The same types, with search parameters in addition to the own ones. No two parameters of a type may have
  // the same code. The caller owns the texts that they point to, and sets their numbers.
  std::shared_ptr<const Definitions> with(std::span<const SearchParameter> added) const;

  // resources, data types, primitives and backbones by path
  const Type* find_type(std::string_view name) const;
  const Type* find_resource(std::string_view name) const;  // only concrete resource types
  std::span<const Type* const> resources() const;          // concrete, sorted by name
  const ValueSet* find_value_set(std::string_view canonical) const;

  // Parameters that apply to a resource type, including those of Resource and DomainResource, sorted by code.
  std::span<const SearchParameter* const> search_parameters(std::string_view resource_type) const;
  const SearchParameter* find_search_parameter(std::string_view resource_type, std::string_view code) const;
  std::span<const SearchParameter> all_search_parameters() const;
  const Compartment* find_compartment(std::string_view code) const;

  // R4's own profiles and extensions, stripped: a JSON array of StructureDefinitions.
  std::string_view profiles() const;
  std::string_view version() const;  // "4.0.1"
  ~Definitions();

 private:
  friend class DefinitionsReader;
  Definitions();
  struct Content;
  struct Searchable;
  std::shared_ptr<Content> content_;
  std::shared_ptr<const Searchable> searchable_;
};

}  // namespace handoff::fhir
