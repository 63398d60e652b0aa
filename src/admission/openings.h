// Which scopes gain something of a patient through a write; the batch tells the store. They gain by a
// consent, or by a resource that becomes visible and lets other resources show more (disclosure/README.md).
// Judged on the snapshot that the write is derived from.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "admission/class_sight.h"
#include "consent/verdict.h"
#include "fhir/resource_id.h"
#include "store/batch.h"
#include "store/grants.h"

namespace handoff::admission {

class Openings {
 public:
  // `granted`: for the patients whose consents change with the same request. `written`: all that the request
  // writes.
  Openings(const store::Snapshot& snapshot, std::span<const store::PatientGrants> granted,
           std::span<const store::Write> written, Instant now)
      : snapshot_(snapshot), grants_(snapshot.grants()), granted_(granted), written_(written), now_(now) {}

  std::vector<store::Opening> find();
  // The patients whose consents were used for the result. It holds while these consents stay unchanged.
  std::vector<fhir::ResourceId> patients() const;

 private:
  using Classes = std::map<Scope, std::string>;  // provisions
  Classes stored(const fhir::ResourceId& patient) const;
  const Classes& classes_of(const fhir::ResourceId& patient);
  static void add_disclosers(Classes& classes, std::string_view shape);
  static std::string class_in(const Classes& classes, const Scope& scope);
  ClassSight sight_now(const Scope& scope);
  ClassSight sight_before(const Scope& scope) const;
  void note(const store::Write& write);  // not a deletion
  void note_uncovered(const store::Write& write);
  void note_first(const store::Write& write);

  const store::Snapshot& snapshot_;
  const store::Grants& grants_;
  const std::span<const store::PatientGrants> granted_;
  const std::span<const store::Write> written_;
  const Instant now_;
  std::map<fhir::ResourceId, Classes> classes_;
  std::set<store::Opening> found_;
};

}  // namespace handoff::admission
