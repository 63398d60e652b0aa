// What a validation refused of a record's resources, told as a rejection of the record: its column, the value there, and the
// place in the mapping that made the element of it.
#pragma once

#include <optional>

#include "mapping/mapping.h"
#include "mapping/plan.h"

namespace handoff::mapping {

// `refused`: as admission gives it. Its first issue's expression begins with "Bundle.entry[i].resource", by the order of `mapped`, or
// with the type of the resource. Where no column leads to the element, the field is the element.
Rejection rejection_of(const Plan& plan, const SourceRecord& record, const Mapped& mapped, const Problem& refused);

// The first error that `context.refusals` finds. Of what is amended only what was not so before.
std::optional<Rejection> refusal_of(const Plan& plan, const SourceRecord& record, const Mapped& mapped, const RunContext& context);

}  // namespace handoff::mapping
