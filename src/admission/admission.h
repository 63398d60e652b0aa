// The only way into the store: it validates, identifies, labels and routes, and makes one batch of the
// result. A feed's record, a REST write and a correction all come through here. Preparation is pure and runs
// on the caller's thread. The store commits.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "admission/required_profiles.h"
#include "consent/telling_names.h"
#include "core/clock.h"
#include "core/result.h"
#include "json/document.h"
#include "routing/routes.h"
#include "search/index_rows.h"
#include "store/store.h"
#include "validation/validator.h"

namespace handoff::admission {

// create: POST. update: PUT to the entry's id, which creates a missing resource. remove: DELETE; if the
// resource is missing, nothing happens.
enum class Method { create, update, remove };

// What one record says about a person.
struct Given {
  json::Value resource;
  std::string discloser;
  bool confirmed = false;
};

struct Entry {
  Method method = Method::update;
  std::string type;
  std::string id;        // for an update; the caller also sets it for a create (random or derived)
  json::Value resource;  // absent in a removal
  std::optional<std::uint32_t> if_match;  // for updates and removals
  // If-None-Exist: nothing is written if a current resource has this identifier. The caller then sets the
  // references to it.
  std::optional<std::pair<std::string, std::string>> if_none_exist;
  bool amends = false;       // changes an existing resource by a record of another one: disclosers stay
  bool contributes = false;  // adds to a Patient: merged into what is known, each element with its discloser
  bool confirmed = false;    // a person confirmed the contribution: its single elements win
  // The record belonged to the wrong person and moves to another. Labels and disclosers stay, and there is no
  // event. A Patient is built anew from `given`.
  bool moves = false;
  std::vector<Given> given = {};
};

// What one request or record brings, all or nothing. Values live as long as the submission.
struct Submission {
  std::string discloser;  // organization id, empty if none
  std::string actor;      // for the ledger: "client org-op" or "feed corrections/referrals.csv#63"
  std::vector<Entry> entries;
  std::vector<store::IdentityClaim> identities;
  std::vector<store::IntakeState> intake_states;
  // May labels of what is written be derived from this resource ("Condition/x")? Without this check, labels
  // could reveal what the submitter may not see. None: everything may be used.
  std::function<bool(std::string_view reference)> sees = {};
  std::string client = {};  // selects profiles of the configuration; empty: only those for everybody
  store::PeopleChanges people = {};
  bool narrates = false;  // for feeds: what arrives without a text for people gets one
  // ledger entries in addition to that of the write, as JSON text
  std::vector<std::string> ledger_notes = {};
};

enum class Effect { created, updated, removed, unchanged };

struct Admitted {
  std::string type;
  std::string id;
  std::uint32_t version = 0;
  Effect effect = Effect::created;
};

struct Prepared {
  store::Batch batch;
  std::vector<Admitted> admitted;  // one for each entry, in order
  bool is_empty() const {
    return batch.writes.empty() && batch.intake_states.empty() && batch.identities.empty() &&
           batch.people.is_empty();
  }
};

struct Receipt {
  std::vector<Admitted> admitted;
  Instant at;  // meta.lastUpdated of what was written
};

// Immutable. Any thread.
class Admission {
 public:
  // `clock` is the gateway's clock (events, consents), not the machine's. `routes` define what is an event.
  // All outlive this. `names`: what the names of facilities reveal; null: nothing.
  Admission(store::Store& store, const search::Indexer& indexer, const routing::CurrentRoutes& routes,
            const Clock& clock, const validation::Validator& validator, RequiredProfiles required = {},
            std::shared_ptr<const consent::CurrentNames> names = nullptr);

  // The errors that block a write by this client (empty: by a feed). They are those of R4, of the profiles
  // that the resource claims, and of the profiles that the configuration names. Empty: none.
  std::vector<Issue> refusals(json::Value resource, std::string_view client) const;
  const validation::Validator& validator() const { return validator_; }
  const RequiredProfiles& required() const { return required_; }

  // Problem: unprocessable (refusals: one issue each; with several entries, the expression starts with
  // "Bundle.entry[i].resource"), conflict, precondition (If-Match), incorrect.
  Result<Prepared> prepare(const Submission& submission, const store::Snapshot& snapshot) const;

  // Commits what was prepared. When the write is durable, a thread of the store calls `done` with its time
  // (meta.lastUpdated). Problem: conflict (prepare again), unavailable.
  using Done = std::function<void(Result<Instant>)>;
  void commit(Prepared prepared, Done done) const;

  // Prepares and commits. If another request came first, it derives again, a few times; then the answer is
  // conflict.
  Result<Receipt> admit(const Submission& submission) const;

  // Several at once, each all or nothing by itself. They are derived from one snapshot and written in one
  // group, so they must not build on each other. One answer for each, in order.
  std::vector<Result<Receipt>> admit_all(const std::vector<Submission>& submissions) const;

  // If dates of consents have passed, folds the grants of their patients again. Queues E16 for those who see
  // more or less as a result. Returns how many patients were folded. If another request came first for a
  // patient, the next call handles it. Logs what fails.
  std::size_t pass_dates() const;

 private:
  void admit_round(const std::vector<Submission>& submissions,
                   std::vector<std::optional<Result<Receipt>>>& receipts) const;

  struct Work;
  store::Store& store_;
  const search::Indexer& indexer_;
  const routing::CurrentRoutes& routes_;
  const Clock& clock_;
  const validation::Validator& validator_;
  const RequiredProfiles required_;
  const std::shared_ptr<const consent::CurrentNames> names_;
  const fhir::Definitions& definitions_;
};

}  // namespace handoff::admission
