// A profile as the validation reads it (R4 "profiling", "elementdefinition"). It is a tree of what a
// StructureDefinition adds to its type. The tree comes from the snapshot, or from the differential applied to
// the tree of the base. It is immutable, and its views point into the JSON, which it keeps alive.
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
  std::string name;     // "identifier"; "value" for value[x]; for the root the type
  std::string slice;    // "mrn"; for a slice of a slice "mrn/old"; empty if it is no slice
  std::string_view id;  // as in the profile, for messages
  std::optional<std::uint32_t> min, max;
  std::vector<AllowedType> types;
  json::Value fixed, pattern;
  json::Value min_value, max_value;
  std::string_view value_type;  // "Quantity" for patternQuantity, minValueQuantity
  std::optional<std::uint64_t> max_length;
  fhir::BindingStrength binding = fhir::BindingStrength::none;
  std::string_view value_set;
  std::vector<fhir::Constraint> constraints;
  std::optional<Slicing> slicing;
  std::string_view content;  // "#Questionnaire.item": the rules below that element count here, too
  bool is_modifier = false;
  std::vector<std::unique_ptr<Node>> children;
  std::vector<std::unique_ptr<Node>> slices;  // in their order; each has its own slices below it

  const Node* find_child(std::string_view child) const;
  const Node* find_slice(std::string_view slice_name) const;
};

// A place where an extension may stand.
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
  std::shared_ptr<const void> source;       // owns what the views point to
  std::shared_ptr<const Profile> based_on;  // owns what the copied views point to

  bool is_modifier() const { return root->is_modifier; }  // of an extension
};

// `base`: the profile that this one is based on. Null if that is a type of R4. Problem: incorrect, with the
// element's id.
Result<std::shared_ptr<const Profile>> read_profile(json::Value definition,
                                                    std::shared_ptr<const void> source,
                                                    const std::shared_ptr<const Profile>& base,
                                                    const fhir::Definitions& definitions);

}  // namespace handoff::validation
