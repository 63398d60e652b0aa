// What must go out, what became of it, and the numbers of notifications: rows of the outbox.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/clock.h"

namespace handoff::store {

enum class DeliveryStatus { queued, delivered, withheld, failed };
std::string_view to_text(DeliveryStatus status);
DeliveryStatus delivery_status(std::string_view text);

struct OutboxRow {
  std::int64_t id = 0;  // given by the store
  std::string event;
  std::string patient;    // "Patient/abc"
  std::string recipient;  // "ORG-PCP1"
  std::string focus;      // "Composition/abc/_history/1": the version that brought the event about
  Instant occurred;
  Instant due;
  int attempts = 0;
  DeliveryStatus status = DeliveryStatus::queued;
  std::optional<std::string> consent;
  std::string reason;
  std::string purpose = "TREAT";  // of the recipient: what consent is decided for
  std::int64_t event_number = 0;  // of a notification that was permitted to leave; 0: none yet
  bool keyless = false;           // it may have left before identifiers were keyed
  // Of a change of consents: those that stood before it, "Consent/abc/_history/2" each, separated by blanks. Nothing: another event.
  std::optional<std::string> consents_before = {};
  // Which of the messages of one event: "gain" (what came into view) or "loss" (that something went), by a date with its instant behind;
  // empty: there is one message.
  std::string part = {};
  bool is_loss() const { return part.starts_with("loss"); }
  bool is_by_date() const { return part.find(' ') != part.npos; }
};

// A notification's number, the next for its topic and recipient; another than that is a conflict.
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
  int http_status = 0;  // of the attempt that this records; 0: no answer
  std::string outcome;  // empty: no attempt to record
};

}  // namespace handoff::store
