// Limits how many batches run at once, in all and for each client, because each may hold a long answer until
// it is sent. Any thread.
#pragma once

#include <map>
#include <memory>
#include <mutex>

#include "core/limits.h"
#include "rest/http/workers.h"

namespace handoff::rest {

class BatchSlots {
 public:
  // The slot is taken until the last copy of the pointer is gone. Null: no slot is left, for this client or
  // for all.
  std::shared_ptr<void> take(Workers::Share share) {
    const std::lock_guard hold(mutex_);
    if (all_ >= limits::batches_max || (of_.contains(share) && of_[share] >= limits::client_batches_max)) return nullptr;
    ++all_, ++of_[share];
    return std::shared_ptr<void>(this, [this, share](void*) { give_back(share); });
  }

 private:
  void give_back(Workers::Share share) {
    const std::lock_guard hold(mutex_);
    --all_;
    if (--of_[share] == 0) of_.erase(share);
  }

  std::mutex mutex_;
  std::size_t all_ = 0;
  std::map<Workers::Share, std::size_t> of_;
};

}  // namespace handoff::rest
