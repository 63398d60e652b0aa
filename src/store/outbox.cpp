#include "store/outbox.h"

namespace handoff::store {

std::string_view to_text(DeliveryStatus status) {
  switch (status) {
    case DeliveryStatus::queued: return "queued";
    case DeliveryStatus::delivered: return "delivered";
    case DeliveryStatus::withheld: return "withheld";
    case DeliveryStatus::failed: return "failed";
  }
  return "failed";
}

DeliveryStatus delivery_status(std::string_view text) {
  if (text == "queued") return DeliveryStatus::queued;
  if (text == "delivered") return DeliveryStatus::delivered;
  if (text == "withheld") return DeliveryStatus::withheld;
  return DeliveryStatus::failed;
}

}  // namespace handoff::store
