// The only way out. The gate gives each requester its view of the store (view.h). Producers in files of their
// own make answers from views: read.h, history.h, search.h, message.h, audit_pages.h. Only they can make a
// Disclosed.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "auth/seal.h"
#include "auth/token.h"
#include "consent/telling_names.h"
#include "core/clock.h"
#include "core/id_key.h"
#include "core/result.h"
#include "disclosure/recipient_view.h"
#include "disclosure/view.h"
#include "fhir/resource_id.h"
#include "routing/routes.h"
#include "store/store.h"

namespace handoff::disclosure {

// Any thread.
class Gate {
 public:
  // `clock` is the gateway's. `base` is its FHIR base: "https://host/fhir". `id_key` makes the ids of
  // messages. The first three outlive the gate. `names`: what the names of facilities reveal, for the
  // sections of a document; null: nothing.
  Gate(store::Store& store, const Clock& clock, const routing::CurrentRoutes& routes, std::string base,
       IdKey id_key, std::shared_ptr<const consent::CurrentNames> names = nullptr);

  // What the requester may see of this state: an operator everything, everybody else what consents allow. The
  // snapshot outlives the view. Problem: forbidden (no organization, or not exactly one purpose of use).
  Result<std::unique_ptr<View>> view_of(const auth::Requester& requester,
                                        const store::Snapshot& snapshot) const;
  // What a recipient of messages may see.
  RecipientView view_for(const Audience& audience, const store::Snapshot& snapshot) const;

  store::Snapshot snapshot() const { return store_.snapshot(); }
  Instant now() const { return clock_.now(); }  // by the gateway's clock
  const std::string& base() const { return base_; }
  const IdKey& id_key() const { return id_key_; }
  const auth::Sealer& cursors() const { return cursors_; }  // seals the place where the next page begins
  std::shared_ptr<const routing::Routes> routes() const { return routes_.now(); }

  // Writes ledger entries. A thread of the store calls `done` when they are durable. Problem: unavailable.
  void record(std::vector<std::string> entries, store::Store::Recorded done) const;
  // Problem: unavailable.
  Result<std::unique_ptr<store::LedgerReading>> read_ledger() const { return store_.read_ledger(); }
  // As store::Store::has_disclosed().
  bool has_disclosed(const fhir::Reference& patient, std::string_view recipient) const;

 private:
  Scope& scope(const Audience& audience) const;
  std::shared_ptr<const consent::TellingNames> names_now() const { return names_ ? names_->now() : nullptr; }

  store::Store& store_;
  const Clock& clock_;
  const routing::CurrentRoutes& routes_;
  const std::string base_;
  const IdKey id_key_;
  const std::shared_ptr<const consent::CurrentNames> names_;
  const auth::Sealer cursors_;
  mutable std::mutex mutex_;
  // as many as registered clients and routes need
  mutable std::map<Audience, std::unique_ptr<Scope>> scopes_;
};

}  // namespace handoff::disclosure
