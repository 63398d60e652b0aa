#include "serve/engine.h"

#include "sqlite/engine.h"

namespace handoff::gateway {

const store::Engine& engine() { return sqlite::engine(); }

}  // namespace handoff::gateway
