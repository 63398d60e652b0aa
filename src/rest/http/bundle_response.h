// The answer to a transaction or a batch: the outcome of each entry, in order (R4 "http", transaction
// response).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "net/http.h"

namespace handoff::rest {

// One entry of the answer, as JSON text.
struct EntryResponse {
  unsigned status = 200;
  std::string location;  // empty: none
  std::string version;   // empty: none
  std::optional<Instant> updated;
  std::string resource;  // JSON text, empty: none
  std::string outcome;   // JSON text of an OperationOutcome, empty: none

  std::string to_json() const;
};

// The answer of an interaction as an entry.
EntryResponse entry_response(const net::Response& response);

// `type` is "transaction-response" or "batch-response".
net::Response bundle_answer(std::string_view type, const std::vector<std::string>& entries);

}  // namespace handoff::rest
