// What an outbox row sends to its recipient.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "disclosure/disclosed.h"
#include "disclosure/gate.h"
#include "store/outbox.h"

namespace handoff::disclosure {

// A message that the recipient may have.
struct PermittedMessage {
  Disclosed message;
  std::string consent;  // business number of the consent that decided
  std::string reason;
  // Of a notification that leaves for the first time. It becomes durable with the ledger entries.
  std::optional<store::EventNumber> event_number;
};

struct WithheldMessage {
  std::string consent;
  std::string reason;
};

// Decides now. The message is the aftercare document, made of what the recipient may have, or a notification
// that there is something to pull or to look at again.
// Problem: fault (the stored record cannot make a message).
Result<std::variant<PermittedMessage, WithheldMessage>> message(const Gate& gate, const store::OutboxRow& row,
                                                                const store::Snapshot& snapshot);

}  // namespace handoff::disclosure
