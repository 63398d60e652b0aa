// Limits how much of one kind runs at once, in all and for each client. A batch and a streamed answer each
// take a slot until they are sent. Any thread.
#pragma once

#include <map>
#include <memory>
#include <mutex>

#include "rest/http/workers.h"

namespace handoff::rest {

class Slots {
 public:
  Slots(std::size_t all_max, std::size_t client_max) : all_max_(all_max), client_max_(client_max) {}

  // The slot is taken until the last copy of the pointer is gone. Null: no slot is left, for this client or
  // for all.
  std::shared_ptr<void> take(Workers::Share share) {
    std::unique_lock hold(mutex_);
    if (all_ >= all_max_ || (of_.contains(share) && of_[share] >= client_max_)) return nullptr;
    ++all_, ++of_[share];
    hold.unlock();  // if there is no memory for the pointer, the slot is given back at once
    return std::shared_ptr<void>(this, [this, share](void*) { give_back(share); });
  }

 private:
  void give_back(Workers::Share share) {
    const std::lock_guard hold(mutex_);
    --all_;
    if (--of_[share] == 0) of_.erase(share);
  }

  const std::size_t all_max_, client_max_;
  std::mutex mutex_;
  std::size_t all_ = 0;
  std::map<Workers::Share, std::size_t> of_;
};

}  // namespace handoff::rest
