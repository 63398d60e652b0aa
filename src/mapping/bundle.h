// What a record produced as a transaction Bundle (R4 "http", transaction), for `map run` and for sending to other
// gateways.
#pragma once

#include "mapping/mapping.h"

namespace handoff::mapping {

// PUT by id for everything but Patients; a Patient is created unless its key is there (ifNoneExist), and whatever
// refers to it names its fullUrl. Conditional references stay. The result refers to `mapped`, which must live longer.
json::Value to_transaction(json::Arena& arena, const Mapped& mapped);

}  // namespace handoff::mapping
