// What a store knows of records that were taken in, and of those that wait.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace handoff::store {

struct IntakeState {
  std::string feed;
  std::string content;
  std::int64_t stage_ms = 0;
  std::string key = {};  // of a series: whose state it is
  auto operator<=>(const IntakeState&) const = default;
};

// A record that waits for another, whole: it is taken in when that comes, wherever it comes from.
struct IntakeWaiting {
  IntakeState state;
  std::string type;  // what it waits for
  std::string system;
  std::string value;
  std::string mapping = {};
  std::size_t record = 0;
  std::string key = {};  // a later record of this key stands in its place, where `replaces` says so
  std::string file = {}, file_hash = {};
  std::string source = {};  // JSON: the record's values
  bool replaces = false;
};

class IntakeStates {
 public:
  virtual ~IntakeStates() = default;
  virtual bool has(const IntakeState& state) const = 0;
  // Of a series: the stage of the newest state that was taken in under this key; -1: none.
  virtual std::int64_t newest(std::string_view feed, std::string_view key) const = 0;
  // Oldest first: all, or those that wait for this.
  virtual std::vector<IntakeWaiting> waiting() const = 0;
  virtual std::vector<IntakeWaiting> waiting(std::string_view type, std::string_view system,
                                             std::string_view value) const = 0;
};

}  // namespace handoff::store
