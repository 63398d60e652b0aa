// Turns the resources that a record produced into a transaction Bundle (R4 "http", transaction). `map run`
// uses it, and it can be sent to other gateways.
#pragma once

#include "mapping/mapping.h"

namespace handoff::mapping {

// A Patient is a conditional create (ifNoneExist with its key), and references to it name its fullUrl. Every
// other resource is a PUT by id. Conditional references stay. The result refers to `mapped`, which must live
// longer.
json::Value to_transaction(json::Arena& arena, const Mapped& mapped);

}  // namespace handoff::mapping
