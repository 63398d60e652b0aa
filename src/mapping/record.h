// Runs one record through a plan.
#pragma once

#include "mapping/mapping.h"
#include "mapping/plan.h"

namespace handoff::mapping {

std::vector<Instant> stages_of(const Plan& plan, const SourceRecord& record);
Outcome run_record(const Plan& plan, const SourceRecord& record, std::optional<Instant> stage,
                   const RunContext& context);

}  // namespace handoff::mapping
