// Does a value conform to a profile (R4 "profiling")? Cardinality, types, fixed values and patterns, bounds, bindings,
// invariants, targets of references, slices.
#pragma once

#include "validation/context.h"

namespace handoff::validation {

inline constexpr std::size_t silent_max = 8;   // trials within trials: profiles that refer to each other end here
inline constexpr std::size_t depth_max = 100;  // of a value below the resource

// A value of the profile's type. Told once for each value and profile.
void check_profile(Context& context, const At& at, const Profile& profile);
// A resource other than the one that is being looked at: contained, or another entry's.
void check_resource_profile(Context& context, const At& resource, const Profile& profile);
bool conforms(Context& context, const At& at, const Profile& profile);
// FHIRPath conformsTo(); nothing: the profile is not known, which context.asked remembers.
std::optional<bool> conforms_to(Context& context, const fhirpath::Item& item, std::string_view canonical);
bool conforms_as_resource(Context& context, const At& resource, const Profile& profile);

// What a node says of one value, cardinality and slices aside; and of all that is below it.
void check_node(Context& context, const At& at, const Node& node, const Profile& profile);
void check_children(Context& context, const At& owner, const Node& node, const Profile& profile);

// Of this type, or of one derived from it where it is abstract: of a choice between string and code, "string" is not code.
bool is_of_type(const Context& context, const At& at, std::string_view code);
bool holds_fixed(json::Value value, json::Value fixed);
bool holds_pattern(json::Value value, json::Value pattern);

}  // namespace handoff::validation
