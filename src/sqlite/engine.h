// The engine behind the store's ports that keeps stores in SQLite files.
#pragma once

#include "store/engine.h"

namespace handoff::sqlite {

const store::Engine& engine();

}  // namespace handoff::sqlite
