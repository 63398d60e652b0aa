// Which engine keeps the stores. Only this module's engine.cpp names it.
#pragma once

#include "store/engine.h"

namespace handoff::gateway {

const store::Engine& engine();

}  // namespace handoff::gateway
