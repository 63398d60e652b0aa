// One consistent state of a store, by subject. Everything read from it fits together, while others write.
#pragma once

#include <memory>
#include <utility>

#include "store/version.h"

namespace handoff::store {

class Grants;
class IntakeStates;
class Outbox;
class People;
class Resources;
class Searches;
class Settings;

// What an engine provides of one state. One thread.
class State {
 public:
  virtual ~State() = default;
  virtual const Resources& resources() const = 0;
  virtual const Searches& searches() const = 0;
  virtual const Grants& grants() const = 0;
  virtual const Outbox& outbox() const = 0;
  virtual const People& people() const = 0;
  virtual const IntakeStates& intake() const = 0;
  virtual const Settings& settings() const = 0;
};

// Holds the state, and what an engine needs for it, as long as it lives. One thread.
class Snapshot {
 public:
  explicit Snapshot(std::unique_ptr<const State> state) : state_(std::move(state)) {}

  const Resources& resources() const { return state_->resources(); }
  const Searches& searches() const { return state_->searches(); }
  const Grants& grants() const { return state_->grants(); }
  const Outbox& outbox() const { return state_->outbox(); }
  const People& people() const { return state_->people(); }
  const IntakeStates& intake() const { return state_->intake(); }
  const Settings& settings() const { return state_->settings(); }

 private:
  std::unique_ptr<const State> state_;
};

}  // namespace handoff::store
