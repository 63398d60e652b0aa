// The stored version that a request names by its number.
#pragma once

#include "disclosure/view.h"
#include "store/resources.h"

namespace handoff::disclosure {

// Nothing if there is none. A tag ("3.17…", released.h) begins with its version's number.
std::optional<store::Version> stored_version(const store::Resources& resources, const ReadRequest& request);

}  // namespace handoff::disclosure
