// Who is who, as the store keeps it: what each record gave of a person, and the records that wait until
// somebody says whose they are. Intake makes and reads the texts in JSON; the store does not look into them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "fhir/resource_id.h"

namespace handoff::store {

// What one record gave of a person. A later state of the same record takes its place, and adds what it made.
struct Contribution {
  std::int64_t id = 0;  // given by the store
  fhir::ResourceId patient;
  std::string feed, content;
  std::string key;
  std::size_t record = 0;
  std::string discloser;
  bool confirmed = false;               // a person said whose record it is
  std::string claim;                    // JSON: the evidence
  std::string resource;                 // JSON: the Patient as the record says; empty: nothing
  std::vector<std::string> references;  // "ServiceRequest/abc": what it made
};

// A record that waits for a person's decision.
struct Review {
  std::int64_t id = 0;  // given by the store
  std::string feed, content;
  std::string mapping;
  std::size_t record = 0;
  std::string key;
  std::string file, file_hash;
  std::string source;     // JSON: the record's values
  std::string corrected;  // JSON: the values after a person's correction; empty: no correction
  std::string claim;      // JSON
  std::string discloser;
  std::string candidates;  // JSON: people it could name, with what speaks for and against
  std::string state = "open";
  fhir::ResourceId patient;  // once decided
  std::string decided_by, reason;
  Instant held;
  std::optional<Instant> decided;
};

// Ends an open review. If it is no longer open, the batch is a conflict.
struct ReviewDecision {
  std::int64_t review = 0;
  std::string state;
  fhir::ResourceId patient;
  std::string by, reason;
  std::string corrected = {};  // JSON, of a correction
};

// An open review gets other values (a correction that still contradicts) and their result.
struct ReviewRevision {
  std::int64_t review = 0;
  std::string corrected, claim, candidates;
};

// A contribution that belongs to another person.
struct ContributionMove {
  std::int64_t contribution = 0;
  fhir::ResourceId patient;
};

// What a batch changes of all this.
struct PeopleChanges {
  std::vector<Contribution> contributions;
  std::vector<Review> held;  // open reviews stay as they are; others are opened again
  std::vector<ReviewDecision> decisions;
  std::vector<ReviewRevision> revisions;
  std::vector<ContributionMove> moves;
  std::vector<fhir::ResourceId> forgotten;  // patients whose keys are removed before the batch writes any
  bool is_empty() const {
    return contributions.empty() && held.empty() && decisions.empty() && revisions.empty() && moves.empty() &&
           forgotten.empty();
  }
};

class People {
 public:
  virtual ~People() = default;
  // oldest first, without what they made
  virtual std::vector<Contribution> contributions_of(const fhir::ResourceId& patient) const = 0;
  virtual std::vector<std::string> made_by(std::int64_t contribution) const = 0;  // references
  // Oldest first, behind the review with the id `after`, at most `count`.
  virtual std::vector<Review> open_reviews(std::int64_t after = 0, std::size_t count = SIZE_MAX) const = 0;
  virtual std::optional<Review> review(std::int64_t id) const = 0;
  virtual std::optional<Review> review_of(std::string_view feed, std::string_view content) const = 0;
};

}  // namespace handoff::store
