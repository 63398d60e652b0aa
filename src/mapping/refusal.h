// Turns an error of validation in a record's resources into a rejection of the record. The rejection names
// the column, its value, and the place in the mapping that made the element.
#pragma once

#include <optional>

#include "mapping/mapping.h"
#include "mapping/plan.h"

namespace handoff::mapping {

// `refused` comes from admission. Its first issue's expression begins with "Bundle.entry[i].resource", where
// i is the index in `mapped`, or with the resource's type. If no column leads to the element, the field is
// the element.
Rejection rejection_of(const Plan& plan, const SourceRecord& record, const Mapped& mapped,
                       const Problem& refused);

// The first error that `context.refusals` finds. For an amended resource only errors count that it did not
// have before.
std::optional<Rejection> refusal_of(const Plan& plan, const SourceRecord& record, const Mapped& mapped,
                                    const RunContext& context);

}  // namespace handoff::mapping
