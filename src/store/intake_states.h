// What a store knows of records that were taken in, and of records that wait.
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
  std::string key = {};  // of a series: the record whose state this is
  auto operator<=>(const IntakeState&) const = default;
};

// A whole record that waits for another. It is taken in when the other comes, from whatever source.
struct IntakeWaiting {
  IntakeState state;
  std::string type;  // what it waits for
  std::string system;
  std::string value;
  std::string mapping = {};
  std::size_t record = 0;
  std::string key = {};  // with `replaces`, a later record of this key takes its place
  std::string file = {}, file_hash = {};
  std::string source = {};  // JSON: the record's values
  bool replaces = false;
};

class IntakeStates {
 public:
  virtual ~IntakeStates() = default;
  virtual bool has(const IntakeState& state) const = 0;
  // For a series: the stage of the newest state taken in under this key; -1: none.
  virtual std::int64_t newest(std::string_view feed, std::string_view key) const = 0;
  // Oldest first: all waiting records, or those that wait for this identifier.
  virtual std::vector<IntakeWaiting> waiting() const = 0;
  virtual std::vector<IntakeWaiting> waiting(std::string_view type, std::string_view system,
                                             std::string_view value) const = 0;
};

}  // namespace handoff::store
