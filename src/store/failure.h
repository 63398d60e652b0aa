// Lost infrastructure, for example a full disk or a damaged file. It is an exception, because no request can
// do anything about it.
#pragma once

#include <stdexcept>

namespace handoff::store {

struct StoreFailure : std::runtime_error {
  using std::runtime_error::runtime_error;
};

}  // namespace handoff::store
