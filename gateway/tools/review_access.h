// How `handoff review` reaches the reviews: at a running gateway, or in a store that no process serves.
#pragma once

#include <memory>
#include <string>

#include "core/result.h"
#include "tools/review_command.h"

namespace handoff::gateway {

class ReviewAccess {
 public:
  virtual ~ReviewAccess() = default;
  // `path` is below /operator/reviews: "", "?cursor=7", "/3", "/3/same". With a body it is a POST. Returns
  // JSON as the gateway answers it.
  virtual Result<std::string> ask(const std::string& path, const std::string& body) = 0;

  // Problem: incorrect (the options), unavailable (the store is in use, the gateway is not reached), and
  // those of fetch_token().
  static Result<std::unique_ptr<ReviewAccess>> open(const ReviewOptions& options);
};

}  // namespace handoff::gateway
