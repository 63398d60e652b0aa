// Writes the identities of people: contributions, reviews and decisions (people.h).
#pragma once

#include "sqlite/connection.h"
#include "store/people.h"

namespace handoff::sqlite {

class PeopleWriter {
 public:
  explicit PeopleWriter(const Connection& connection);

  // True if every review that is to be decided is still open.
  bool are_open(const PeopleChanges& changes);
  void forget(const fhir::ResourceId& patient);  // deletes its keys
  void take(const PeopleChanges& changes, Instant now);
  // The record was taken in and waits no longer.
  void resolve(std::string_view feed, std::string_view content, Instant now);

 private:
  void add(const Contribution& contribution);
  void hold(const Review& review, Instant now);

  Statement open_, forget_, contribution_, made_, hold_, decide_, revise_, move_, resolve_;
};

}  // namespace handoff::sqlite
