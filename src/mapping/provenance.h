// The Provenance that closes every record: what was made, from which record of which file, by which mapping, disclosed
// by whom (R4 "provenance"; mappings/README.md: identity, order, provenance).
#pragma once

#include "mapping/run.h"

namespace handoff::mapping {

Entry provenance_of(Run& run, std::optional<Instant> stage, Mapped& mapped);

}  // namespace handoff::mapping
