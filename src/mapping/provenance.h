// The Provenance of a record: what was made, from which record of which file, by which mapping, and who
// disclosed it (R4 "provenance"; mappings/README.md: identity, order, provenance). It is a record's last
// entry.
#pragma once

#include "mapping/run.h"

namespace handoff::mapping {

Entry provenance_of(Run& run, std::optional<Instant> stage, Mapped& mapped);

}  // namespace handoff::mapping
