// The outbox as an operator looks at it: rows that fit, newest first, and what became of each attempt.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "store/outbox.h"
#include "store/snapshot.h"

namespace handoff::store {

struct DeliveryQuery {
  std::vector<std::string> patients;     // "Patient/abc"; empty: of anybody
  std::string recipient, event;          // empty: any
  std::vector<DeliveryStatus> statuses;  // empty: any
  std::optional<Instant> since, until;   // of the event, both included
  // Behind the row of this time and id; rows stand in the order of both, newest first.
  std::optional<std::pair<Instant, std::int64_t>> after;
  std::size_t count = 0;
};

struct DeliveryAttempt {
  int number = 0;
  Instant at;           // by the machine's clock
  int http_status = 0;  // 0: no answer, or none was asked for
  std::string outcome;
};

// Reads them from one state. Lives no longer than the snapshot.
class Deliveries {
 public:
  explicit Deliveries(const Snapshot& snapshot) : snapshot_(snapshot) {}
  std::vector<OutboxRow> find(const DeliveryQuery& query) const;
  std::optional<OutboxRow> read(std::int64_t id) const;
  std::vector<DeliveryAttempt> attempts_of(std::int64_t id) const;  // oldest first
  std::vector<std::string> events() const;                          // each that any row is of, sorted
  bool is_recipient(std::string_view recipient) const;              // of any row

 private:
  const Snapshot& snapshot_;
};

}  // namespace handoff::store
