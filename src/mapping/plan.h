// The compiled form of a mapping: a tree of nodes for each template, with compiled expressions
// (mappings/README.md: templates).
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "fhirpath/expression.h"
#include "mapping/contract.h"
#include "mapping/lookup_table.h"

namespace handoff::mapping {

// An expression and its place. `columns`: the columns that it reads, also through variables. Rejections name
// them.
struct Slot {
  std::optional<fhirpath::Expression> expression;
  std::string place;
  std::vector<std::string> columns;
  std::string field() const { return columns.empty() ? std::string() : columns.front(); }
};

struct Node;

struct TextPart {
  std::string literal;
  Slot slot;  // if it has no expression, `literal` counts
};

struct Assignment {
  std::string name;
  std::vector<Node> value;  // one
};

struct MemberNode {
  std::string_view key;
  bool required = false;
  bool is_list = false;
  std::string place;
  std::vector<Node> value;  // one
};

enum class NodeKind : std::uint8_t {
  nothing,
  literal,
  one,
  all,
  text,
  reference,
  object,
  array,
  condition,
  loop,
  scope
};
// The JSON type of a primitive. `any` if the element is complex or unknown.
enum class Target : std::uint8_t { any, text, number, boolean };

struct Node {
  NodeKind kind = NodeKind::nothing;
  Target target = Target::any;
  const fhir::Type* primitive = nullptr;  // of a number
  bool is_concept = false;                // a CodeableConcept: lookup() with `text` sets its text
  json::Value literal;                    // literal; lives in the mapping's files
  std::string name;                       // reference: the produced resource; loop: the variable
  std::string path;                       // "Patient.name.family"
  Slot slot;                              // one, all, condition, loop
  std::vector<TextPart> parts;            // text
  std::vector<Assignment> assigned;       // object, scope
  std::vector<MemberNode> members;        // object
  // object: what is merged into it; array: items; condition: then, else; loop, scope: body
  std::vector<Node> children;
  bool is_alone = false;  // object: its only child replaces it
};

struct Requirement {
  Slot that;
  std::string say;
};

struct Produced {
  std::string name;
  const fhir::Type* type = nullptr;
  std::string place;
  Node key_system;
  Node key_value;
  std::optional<Node> id;  // for directories whose ids are given
  Slot when;
  Slot each;
  std::vector<Requirement> requirements;
  Node resource;
  bool amends = false;
  Slot where;
  std::vector<std::string> references;  // produced resources that it refers to
};

struct PersonPlan {
  struct Link {
    std::string system;
    Node value;
  };
  std::vector<Link> links;
  Node medicaid, family, given, birth_date, sex;
};

// A part of a record's key before validation: a literal or a column.
struct KeyPart {
  std::string literal;
  std::vector<std::string> path;  // empty: `literal`
};

struct Plan {
  const fhir::Definitions* definitions = nullptr;
  std::string name, version, title;
  Contract contract;
  std::map<std::string, LookupTable> lookups;
  std::vector<std::string> taken;  // columns
  std::optional<PersonPlan> person;
  Node discloser;
  std::vector<Produced> produced;
  std::vector<KeyPart> key;
  const Column* key_column = nullptr;
  Slot records;  // of a json file
  std::vector<std::unique_ptr<MappingFile>> files;
};

}  // namespace handoff::mapping
