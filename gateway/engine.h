// Which engine keeps the stores: here alone it is named.
#pragma once

#include "store/engine.h"

namespace handoff::gateway {

const store::Engine& engine();

}  // namespace handoff::gateway
