#include "net/address_limits.h"

#include <utility>

namespace handoff::net {

std::unique_ptr<Addresses::Share> Addresses::connect(std::string address) {
  std::unique_ptr<Share> share(new Share(*this, std::move(address)));
  const std::lock_guard hold(mutex_);
  Use& use = uses_[share->address_];
  ++use.connections, ++use.greetings;  // the share's destructor takes it back in every case
  if (use.connections <= limits_.connections_max && use.greetings <= limits_.greetings_max) return share;
  return nullptr;
}

Addresses::Share::~Share() {
  const std::lock_guard hold(addresses_.mutex_);
  const auto use = addresses_.uses_.find(address_);
  release(use->second);
  if (!is_greeted_) --use->second.greetings;
  if (--use->second.connections == 0) addresses_.uses_.erase(use);
}

void Addresses::Share::greeted() {
  const std::lock_guard hold(addresses_.mutex_);
  if (!std::exchange(is_greeted_, true)) --addresses_.uses_.at(address_).greetings;
}

bool Addresses::Share::hold(std::size_t bytes, bool has_token) {
  const std::lock_guard hold(addresses_.mutex_);
  Use& use = addresses_.uses_.at(address_);
  const std::size_t without_token = has_token ? 0 : bytes;
  if (use.body_bytes + bytes > addresses_.limits_.body_bytes_max) return false;
  if (use.body_bytes_without_token + without_token > addresses_.limits_.body_bytes_without_token_max)
    return false;
  use.body_bytes += bytes;
  use.body_bytes_without_token += without_token;
  held_ += bytes;
  held_without_token_ += without_token;
  return true;
}

void Addresses::Share::release() {
  if (held_ == 0) return;
  const std::lock_guard hold(addresses_.mutex_);
  release(addresses_.uses_.at(address_));
}

void Addresses::Share::release(Use& use) {
  use.body_bytes -= held_;
  use.body_bytes_without_token -= held_without_token_;
  held_ = held_without_token_ = 0;
}

}  // namespace handoff::net
