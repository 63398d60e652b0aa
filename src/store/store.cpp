#include "store/store.h"

#include <future>

namespace handoff::store {

Result<Committed> Store::commit_and_wait(Batch batch) {
  std::promise<Result<Committed>> promise;
  auto answer = promise.get_future();
  commit(std::move(batch), [&promise](Result<Committed> result) { promise.set_value(std::move(result)); });
  return answer.get();
}

}  // namespace handoff::store
