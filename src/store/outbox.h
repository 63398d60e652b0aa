// The rows of the outbox: what must go out, what became of it, and the numbers of notifications.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/clock.h"
#include "fhir/resource_id.h"

namespace handoff::store {

enum class DeliveryStatus { queued, delivered, withheld, failed };
std::string_view to_text(DeliveryStatus status);
DeliveryStatus delivery_status(std::string_view text);

struct OutboxRow {
  std::int64_t id = 0;  // given by the store
  std::string event;
  fhir::Reference patient;
  std::string recipient;  // "ORG-PCP1"
  std::string focus;      // "Composition/abc/_history/1": the version that caused the event
  Instant occurred;
  Instant due;
  int attempts = 0;
  DeliveryStatus status = DeliveryStatus::queued;
  std::optional<std::string> consent;
  std::string reason;
  std::string purpose = "TREAT";  // of the recipient; consent is decided for it
  std::int64_t event_number = 0;  // of a notification that may leave; 0: none yet
  bool keyless = false;           // it may have left before identifiers were keyed
  // For a change of consents: the consents before it, each as "Consent/abc/_history/2", separated by blanks.
  // Nothing: another event.
  std::optional<std::string> consents_before = {};
  // Which message of the event this is: "gain" (what came into view) or "loss" (something went). If a date
  // caused it, a blank and the instant follow. Empty: the event has one message.
  std::string part = {};
  bool is_loss() const { return part.starts_with("loss"); }
  bool is_by_date() const { return part.find(' ') != part.npos; }
};

// The number of a notification, the next for its topic and recipient. Any other number is a conflict.
struct EventNumber {
  std::int64_t outbox = 0;
  std::string topic;
  std::string recipient;
  std::int64_t number = 0;
};

struct OutboxUpdate {
  std::int64_t id = 0;
  Instant due;
  int attempts = 0;
  DeliveryStatus status = DeliveryStatus::queued;
  std::optional<std::string> consent;
  std::string reason;
  int http_status = 0;  // of the recorded attempt; 0: no answer
  std::string outcome;  // empty: no attempt to record
};

struct DeliveryQuery {
  std::vector<fhir::Reference> patients;  // empty: of anybody
  std::string recipient, event;           // empty: any
  std::vector<DeliveryStatus> statuses;   // empty: any
  std::optional<Instant> since, until;    // of the event, both included
  // Starts behind the row of this time and id. Rows are ordered by both, newest first.
  std::optional<std::pair<Instant, std::int64_t>> after;
  std::size_t count = 0;
};

struct DeliveryAttempt {
  int number = 0;
  Instant at;           // by the machine's clock
  int http_status = 0;  // 0: no answer, or no answer was expected
  std::string outcome;
};

class Outbox {
 public:
  virtual ~Outbox() = default;
  // The oldest queued row of each lane (a patient and a recipient), if it is due, oldest first. Recipients in
  // `but` are left out. If a row is due later than any delay allows, the clock was set back after the row was
  // put off, so it is due now.
  virtual std::vector<OutboxRow> due(Instant now, std::size_t count,
                                     const std::set<std::string>& but = {}) const = 0;
  virtual std::vector<OutboxRow> all() const = 0;
  virtual std::size_t queued() const = 0;
  // 0: none yet
  virtual std::int64_t last_event_number(std::string_view topic, std::string_view recipient) const = 0;

  // For an operator: rows that fit, newest first.
  virtual std::vector<OutboxRow> find(const DeliveryQuery& query) const = 0;
  virtual std::optional<OutboxRow> read(std::int64_t id) const = 0;
  // oldest first
  virtual std::vector<DeliveryAttempt> attempts_of(std::int64_t id) const = 0;
  virtual std::vector<std::string> events() const = 0;              // all events of any row, sorted
  virtual bool is_recipient(std::string_view recipient) const = 0;  // of any row
};

}  // namespace handoff::store
