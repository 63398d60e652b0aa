// The one way in: validate, identify, label, route, and make one batch of it. A feed's record, a REST write, a correction
// all come through here. Pure preparation on the caller's thread; the commit is the store's.
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

// POST; PUT to the entry's id (creates what is not there); DELETE (of what is not there: nothing happens)
enum class Method { create, update, remove };

// What one record gave of a person.
struct Given {
  json::Value resource;
  std::string discloser;
  bool confirmed = false;
};

struct Entry {
  Method method = Method::update;
  std::string type;
  std::string id;                         // of an update; a create's is given by the caller too (random or derived)
  json::Value resource;                   // absent in a removal
  std::optional<std::uint32_t> if_match;  // of updates and removals
  // If-None-Exist: nothing is written where a current resource has this identifier; references to it are the caller's to set.
  std::optional<std::pair<std::string, std::string>> if_none_exist;
  bool amends = false;       // an existing resource changed by a record of another: it keeps its disclosers
  bool contributes = false;  // a Patient to which a record adds: merged into what is known, each element with its discloser
  bool confirmed = false;    // what it contributes was confirmed by a person: of single elements it stands
  // Whose record it is was wrong: labels and disclosers stay, and it is no event. A Patient is made anew of `given`.
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
  // What the labels of others may be read from ("Condition/x"), lest they tell of what the submitter may not see. None: everything.
  std::function<bool(std::string_view reference)> sees = {};
  std::string client = {};  // whose profiles by configuration count; empty: those of everybody alone
  store::PeopleChanges people = {};
  bool narrates = false;  // a feed's: what it brings without a text for people gets one
  std::vector<std::string> ledger_notes = {};  // entries beside that of the write, as JSON text
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
    return batch.writes.empty() && batch.intake_states.empty() && batch.identities.empty() && batch.people.is_empty();
  }
};

struct Receipt {
  std::vector<Admitted> admitted;
  Instant at;  // meta.lastUpdated of what was written
};

// Immutable; any thread.
class Admission {
 public:
  // `clock` is the gateway's (events, consents), not the machine's; `routes` say what is an event. All outlive this. `names`: what
  // facilities tell; null: nothing.
  Admission(store::Store& store, const search::Indexer& indexer, const routing::CurrentRoutes& routes, const Clock& clock,
            const validation::Validator& validator, RequiredProfiles required = {},
            std::shared_ptr<const consent::CurrentNames> names = nullptr);

  // What would keep a client (or a feed, empty) from writing it: every error of R4's, of the profiles that it claims and of those
  // that configuration names. Empty: nothing.
  std::vector<Issue> refusals(json::Value resource, std::string_view client) const;
  const validation::Validator& validator() const { return validator_; }
  const RequiredProfiles& required() const { return required_; }

  // Problem: unprocessable (refusals: one issue for each, expression prefixed "Bundle.entry[i].resource" if there are several
  // entries), conflict, precondition (If-Match), incorrect.
  Result<Prepared> prepare(const Submission& submission, const store::Snapshot& snapshot) const;

  // Commits what was prepared. `done` is called on a thread of the store, with the time of what was written
  // (meta.lastUpdated), when it is durable. Problem: conflict (prepare it anew), unavailable.
  using Done = std::function<void(Result<Instant>)>;
  void commit(Prepared prepared, Done done) const;

  // prepare and commit; derived anew where another request came between (a few times, then conflict).
  Result<Receipt> admit(const Submission& submission) const;

  // Several at once, each all or nothing by itself, derived from one snapshot and written in one group: for submissions that
  // do not build on each other. One answer for each, in order.
  std::vector<Result<Receipt>> admit_all(const std::vector<Submission>& submissions) const;

  // Where dates of consents have passed, the grants of their patients are folded anew, and who sees more or less by that is to hear of it
  // (E16). Gives how many patients were folded; one that another request came before is left for the next call. Logs what fails.
  std::size_t pass_dates() const;

 private:
  void admit_round(const std::vector<Submission>& submissions, std::vector<std::optional<Result<Receipt>>>& receipts) const;

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
