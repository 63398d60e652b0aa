// Stores in SQLite files: an engine behind the store's ports.
#pragma once

#include "store/engine.h"

namespace handoff::sqlite {

const store::Engine& engine();

}  // namespace handoff::sqlite
