// References between resources (R4 "references"): reading and comparing.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "fhir/resource_id.h"
#include "json/value.h"

namespace handoff::fhir {

// "Type/id" of a literal reference. Of an absolute URL, the last two segments count. "/_history/n" and
// anything after #, ?, | or ; are ignored. Empty for fragments, urn:…, conditional references and texts that
// are no reference.
std::string local_reference(std::string_view reference);

struct ReferenceParts {
  std::string_view type;
  std::string_view id;
};
std::optional<ReferenceParts> split_reference(std::string_view type_and_id);

// R4's id: 1 to 64 of A-Z a-z 0-9 - .
bool is_id(std::string_view text);

// The patient of a resource; consent decisions use this. It is the resource itself, else the first of
// patient, subject, beneficiary, for, individual, a Patient among participant.actor. Empty if none.
Reference patient_of(json::Value resource);

}  // namespace handoff::fhir
