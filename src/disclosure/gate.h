// The one way out: only the gate makes a Disclosed, and response writers accept nothing else. What leaves is decided here,
// and its ledger entry is written before its bytes go.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "auth/seal.h"
#include "auth/token.h"
#include "core/clock.h"
#include "core/result.h"
#include "search/query.h"
#include "store/store.h"

namespace handoff::disclosure {

// Bytes that may leave, for the one to whom they were disclosed.
class Disclosed {
 public:
  std::string_view bytes() const { return bytes_; }
  std::string take() && { return std::move(bytes_); }
  // Of a single resource: for ETag and Last-Modified.
  std::uint32_t version() const { return version_; }
  Instant updated() const { return updated_; }

 private:
  friend class Gate;
  Disclosed() = default;
  std::string bytes_;
  std::uint32_t version_ = 0;
  Instant updated_;
};

struct ReadRequest {
  std::string type;
  std::string id;
  std::optional<std::uint32_t> version;  // vread
};

// A document that its recipient may have, and what the ledger must say first.
struct PermittedMessage {
  Disclosed message;
  std::string ledger_entry;
  std::string consent;
  std::string reason;
};

struct WithheldMessage {
  std::string consent;
  std::string reason;
};

// Any thread.
class Gate {
 public:
  // `clock` is the gateway's; `base` its FHIR base, "https://host/fhir".
  Gate(store::Store& store, const Clock& clock, std::string base);

  Instant now() const { return clock_.now(); }  // by the gateway's clock

  // read and vread (R4 "http"). Calls `done` when the access stands in the ledger. Problem: forbidden (who is not served
  // yet: everybody but operators), not_found (alike for what is hidden and what is not there), gone (operators only).
  using Done = std::function<void(Result<Disclosed>)>;
  void read(const auth::Requester& requester, const ReadRequest& request, Done done) const;

  // search (R4 "http", "search"): one page as a searchset Bundle, when the access to each resource in it stands in the ledger.
  // The next page's link carries where it begins, sealed for this client and this query.
  // Problem: forbidden, incorrect (a _cursor that is not this client's for this query, or of an earlier run; too much to
  // include).
  void search(const auth::Requester& requester, const search::Query& query, Done done) const;

  // The aftercare document of an outbox row for its recipient, decided now.
  // Problem: fault, if the stored record cannot make one.
  Result<std::variant<PermittedMessage, WithheldMessage>> message(const store::OutboxRow& row, const store::Snapshot& snapshot) const;

 private:
  store::Store& store_;
  const Clock& clock_;
  const std::string base_;
  const auth::Sealer cursors_;
};

}  // namespace handoff::disclosure
