// The one way out: only the gate makes a Disclosed, and response writers accept nothing else. What leaves is decided here,
// and its ledger entry is written before its bytes go.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "auth/seal.h"
#include "auth/token.h"
#include "consent/telling_names.h"
#include "core/clock.h"
#include "core/deadline.h"
#include "core/id_key.h"
#include "core/result.h"
#include "disclosure/scope.h"
#include "routing/routes.h"
#include "search/query.h"
#include "store/store.h"

namespace handoff::disclosure {

class View;

// Bytes that may leave, for the one to whom they were disclosed, when their entries stand in the ledger.
class Disclosed {
 public:
  std::string_view bytes() const { return bytes_; }
  std::string take() && { return std::move(bytes_); }
  std::vector<std::string> take_entries() { return std::move(entries_); }  // empty: nothing is to be recorded
  // Of a single resource. The version is that of the view (view_version.h); the tag, for ETag, is it or begins with it: the same tag means
  // that nothing else is shown.
  const std::string& version() const { return version_; }
  const std::string& tag() const { return tag_; }
  Instant updated() const { return updated_; }

 private:
  friend class Gate;
  Disclosed() = default;
  std::string bytes_;
  std::vector<std::string> entries_;
  std::string version_, tag_;
  Instant updated_;
};

struct ReadRequest {
  std::string type;
  std::string id;
  std::optional<std::string> version = {};      // vread: as the requester was told it
  std::optional<std::uint32_t> written = {};    // what the requester wrote just now, by its number in the store
};

struct HistoryRequest {
  std::string type;
  std::string id;
  std::size_t count = 0;              // versions on a page
  std::optional<std::string> cursor;  // as it came
};

// A message that its recipient may have, and what the ledger must say first.
struct PermittedMessage {
  Disclosed message;
  std::string consent;                      // business number of the consent that decided
  std::string reason;
  std::optional<store::EventNumber> event_number;  // of a notification that leaves for the first time: durable with the entries
};

struct WithheldMessage {
  std::string consent;
  std::string reason;
};

// Any thread.
class Gate {
 public:
  // `clock` is the gateway's; `base` its FHIR base, "https://host/fhir"; messages are named by `id_key`. The first three outlive the
  // gate. `names`: what facilities tell, for the sections of a document; null: nothing.
  Gate(store::Store& store, const Clock& clock, const routing::CurrentRoutes& routes, std::string base, IdKey id_key,
       std::shared_ptr<const consent::CurrentNames> names = nullptr);

  Instant now() const { return clock_.now(); }  // by the gateway's clock

  // read and vread (R4 "http"). Problem: forbidden (no organization or no single purpose of use), not_found (alike for what is hidden and
  // what is not there), gone (operators only).
  Result<Disclosed> read(const auth::Requester& requester, const ReadRequest& request) const;

  // history of one resource (R4 "http"): a page of its versions. Problem: as of read, and incorrect (the cursor).
  Result<Disclosed> history(const auth::Requester& requester, const HistoryRequest& request) const;

  // search (R4 "http", "search"): one page as a searchset Bundle. Pages, totals, order and what comes along know only what the requester
  // may see. The next page's link carries where it begins, sealed for this client and this query.
  // Problem: forbidden, incorrect (a _cursor that is not this client's for this query, or of an earlier run; too much to
  // include; a parameter that looks at what the requester's role may not see).
  // Throws TimeOver where the deadline passes before the page is found.
  Result<Disclosed> search(const auth::Requester& requester, const search::Query& query, const Deadline& deadline) const;

  // Does the current resource exist for the requester, and does what may be seen of it fit, if that is asked?
  using Predicate = std::function<bool(json::Value shown)>;
  using Sees = std::function<bool(std::string_view type, std::string_view id, const Predicate& fits)>;
  // All that such questions need is made now: how long an answer takes tells nothing of what is hidden. `snapshot` outlives what is
  // returned; one thread. Problem: forbidden.
  Result<Sees> sees(const auth::Requester& requester, const store::Snapshot& snapshot) const;

  // The number in the store of the current version, where the requester was shown it with this version or tag: for If-Match. Nothing: it is
  // another, or none. Problem: forbidden.
  Result<std::optional<std::uint32_t>> number_of(const auth::Requester& requester, const store::Snapshot& snapshot, const ReadRequest& shown) const;

  // What an outbox row sends to its recipient, decided now.
  // Problem: fault, if the stored record cannot make one.
  Result<std::variant<PermittedMessage, WithheldMessage>> message(const store::OutboxRow& row, const store::Snapshot& snapshot) const;

 private:
  static std::optional<store::Version> stored(const store::Snapshot& snapshot, const ReadRequest& request);
  static std::optional<store::Version> shown_as(const View& view, const store::Snapshot& snapshot, const ReadRequest& request);
  Scope& scope(const Audience& audience) const;

  store::Store& store_;
  const Clock& clock_;
  const routing::CurrentRoutes& routes_;
  const std::string base_;
  const IdKey id_key_;
  std::shared_ptr<const consent::TellingNames> names_now() const { return names_ ? names_->now() : nullptr; }

  const std::shared_ptr<const consent::CurrentNames> names_;
  const auth::Sealer cursors_;
  mutable std::mutex mutex_;
  mutable std::map<Audience, std::unique_ptr<Scope>> scopes_;  // as many as registered clients and routes ask for
};

// Whose eyes decide. Problem: forbidden.
Result<Audience> audience_of(const auth::Requester& requester);

}  // namespace handoff::disclosure
