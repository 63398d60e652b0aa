// The notification with ids only (Subscriptions R5 Backport for R4, "id-only"). It is a Bundle of type
// history. It says which resource changed, and what else the recipient may ask for. It holds no resource and
// nothing about the person. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/clock.h"
#include "json/value.h"

namespace handoff::disclosure {

struct NotificationParts {
  std::string base;                  // "https://host/fhir": prefix of all references
  std::string identifier;            // urn:uuid:…, the same for every attempt
  std::string topic;                 // canonical of the topic
  std::string recipient;             // organization's id: each has its own subscription
  std::string focus;                 // "CarePlan/abc"; empty: not told
  bool created = false;              // the focus is new; otherwise it was changed
  std::vector<std::string> context;  // "Goal/abc": what else the recipient may ask for
  std::int64_t event_number = 1;     // counts the events of the subscription, from 1
  Instant timestamp;                 // of the event
};

// Values live in `arena`.
json::Value compose_notification(json::Arena& arena, const NotificationParts& parts);

// "Subscription/support-plan-ORG-PCP1": the last segment of the topic, and the recipient.
std::string subscription_of(const NotificationParts& parts);

}  // namespace handoff::disclosure
