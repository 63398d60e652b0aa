// Bytes that may leave, with the ledger entries that must be durable first. Only disclosure can make one
// (seal.h). Writers of responses accept nothing else as content.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/clock.h"
#include "core/result.h"

namespace handoff::disclosure {

struct Released;

class Disclosed;

// The rest of a long answer. It is made piece by piece, when the piece before is sent.
class Rest {
 public:
  virtual ~Rest() = default;
  // The next piece, with ledger entries of its own. A piece without bytes is the end. One thread at a time.
  // Problem: the answer cannot go on.
  virtual Result<Disclosed> next() = 0;
};

class Disclosed {
 public:
  std::string_view bytes() const { return bytes_; }
  std::string take() && { return std::move(bytes_); }
  std::vector<std::string> take_entries() {
    return std::move(entries_);
  }                                                               // empty if nothing is to be recorded
  std::shared_ptr<Rest> take_rest() { return std::move(rest_); }  // null: the bytes are all

  // Of a single resource only. For version, tag and time see released.h.
  const std::string& version() const { return version_; }
  const std::string& tag() const { return tag_; }
  Instant updated() const { return updated_; }

 private:
  friend Disclosed seal(std::string bytes, std::vector<std::string> entries, std::shared_ptr<Rest> rest);
  friend Disclosed seal(const Released& released, std::string bytes, std::vector<std::string> entries);
  Disclosed() = default;

  std::string bytes_;
  std::vector<std::string> entries_;
  std::shared_ptr<Rest> rest_;
  std::string version_, tag_;
  Instant updated_;
};

}  // namespace handoff::disclosure
