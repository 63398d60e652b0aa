// JSON Patch (RFC 6902) and JSON Pointer (RFC 6901).
#pragma once

#include "core/result.h"
#include "json/value.h"

namespace handoff::json {

// The document after all operations. It shares what is unchanged with `document`, and the rest lives in the
// arena.
// Problem, at "[2].path": incorrect (this is no patch, or it has too many operations), unprocessable (a path
// that the document does not have, a failed test), limited (it moves or copies too much).
Result<Value> apply_patch(Arena& arena, Value document, Value patch);

}  // namespace handoff::json
