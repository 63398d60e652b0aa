// Checks if a value conforms to a profile (R4 "profiling"). It checks cardinality, types, fixed values and
// patterns, bounds, bindings, invariants, targets of references, and slices.
#pragma once

#include "validation/context.h"

namespace handoff::validation {

// limit of nested trials, because profiles may refer to each other in circles
inline constexpr std::size_t silent_max = 8;
inline constexpr std::size_t depth_max = 100;  // of a value below the resource

// Checks a value of the profile's type. Findings are reported once for each value and profile.
void check_profile(Context& context, const At& at, const Profile& profile);
// Checks a resource other than the current one: a contained one, or that of another entry.
void check_resource_profile(Context& context, const At& resource, const Profile& profile);
bool conforms(Context& context, const At& at, const Profile& profile);
// FHIRPath conformsTo(). Nothing if the profile is not known, and context.asked remembers that.
std::optional<bool> conforms_to(Context& context, const fhirpath::Item& item, std::string_view canonical);
bool conforms_as_resource(Context& context, const At& resource, const Profile& profile);

// check_node: the node's rules for one value, without cardinality and slices. It also checks everything below
// the value.
void check_node(Context& context, const At& at, const Node& node, const Profile& profile);
void check_children(Context& context, const At& owner, const Node& node, const Profile& profile);

// True if the value has this type, or a derived type if this type is abstract. In a choice of string and
// code, the type "string" does not include code.
bool is_of_type(const Context& context, const At& at, std::string_view code);
bool holds_fixed(json::Value value, json::Value fixed);
bool holds_pattern(json::Value value, json::Value pattern);

}  // namespace handoff::validation
