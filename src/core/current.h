// A value that is in force now: many threads read it, and a reload replaces it. Code that has taken a value
// keeps it unchanged. Any thread.
#pragma once

#include <memory>
#include <mutex>
#include <utility>

namespace handoff {

template <class T>
class Current {
 public:
  explicit Current(T value) : Current(std::make_shared<const T>(std::move(value))) {}
  explicit Current(std::shared_ptr<const T> value) : value_(std::move(value)) {}

  std::shared_ptr<const T> now() const {
    const std::lock_guard hold(mutex_);
    return value_;
  }
  void replace(T value) { replace(std::make_shared<const T>(std::move(value))); }
  void replace(std::shared_ptr<const T> value) {
    const std::lock_guard hold(mutex_);
    value_.swap(value);
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const T> value_;
};

}  // namespace handoff
