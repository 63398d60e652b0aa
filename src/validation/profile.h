// A profile as validation reads it (R4 "profiling", "elementdefinition"): a tree of what a StructureDefinition says beyond its
// type, made from its snapshot, or from its differential upon the tree of what it is based on. Immutable; views into the JSON
// that it was made from, which it keeps.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "fhir/definitions.h"
#include "json/document.h"

namespace handoff::validation {

enum class SlicingRules : std::uint8_t { open, closed, open_at_end };
enum class DiscriminatorKind : std::uint8_t { value, exists, pattern, type, profile };

struct Discriminator {
  DiscriminatorKind kind = DiscriminatorKind::value;
  std::string_view path;  // "$this", "code", "resolve().code", "extension('http://…').value"
};

struct Slicing {
  std::vector<Discriminator> discriminators;
  SlicingRules rules = SlicingRules::open;
  bool is_ordered = false;
};

struct AllowedType {
  std::string_view code;
  std::vector<std::string_view> profiles;         // the value must conform to one of them
  std::vector<std::string_view> target_profiles;  // of Reference and canonical
  std::vector<std::string_view> aggregation;      // contained, referenced, bundled
};

struct Node {
  std::string name;     // "identifier"; "value" of value[x]; of the root the type
  std::string slice;    // "mrn", of a slice of a slice "mrn/old"; empty if it is none
  std::string_view id;  // as the profile has it, for messages
  std::optional<std::uint32_t> min, max;
  std::vector<AllowedType> types;
  json::Value fixed, pattern;
  json::Value min_value, max_value;
  std::string_view value_type;  // "Quantity" of patternQuantity, minValueQuantity
  std::optional<std::uint64_t> max_length;
  fhir::BindingStrength binding = fhir::BindingStrength::none;
  std::string_view value_set;
  std::vector<fhir::Constraint> constraints;
  std::optional<Slicing> slicing;
  std::string_view content;  // "#Questionnaire.item": what is below that element holds here too
  bool is_modifier = false;
  std::vector<std::unique_ptr<Node>> children;
  std::vector<std::unique_ptr<Node>> slices;  // in their order; a slice's own are below it

  const Node* find_child(std::string_view child) const;
  const Node* find_slice(std::string_view slice_name) const;
};

// Where an extension may stand.
struct ExtensionContext {
  std::string_view type;  // element, extension, fhirpath
  std::string_view expression;
};

struct Profile {
  std::string_view url;
  std::string_view version;
  std::string_view title;
  std::string_view type;  // "Patient"
  std::string_view base;  // canonical
  std::vector<ExtensionContext> contexts;
  std::unique_ptr<Node> root;
  std::shared_ptr<const void> source;       // what the views refer to
  std::shared_ptr<const Profile> based_on;  // what was copied from it refers to

  bool is_modifier() const { return root->is_modifier; }  // of an extension
};

// `base`: what it is based on where that is a profile; null: a type of R4. Problem: incorrect, with the element's id.
Result<std::shared_ptr<const Profile>> read_profile(json::Value definition, std::shared_ptr<const void> source,
                                                    const std::shared_ptr<const Profile>& base, const fhir::Definitions& definitions);

}  // namespace handoff::validation
