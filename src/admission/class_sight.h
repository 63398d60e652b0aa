// What a scope may see by the classes of its patients, with the rules of disclosure's view
// (disclosure/view.h). It uses what a write can know: the store before the write, and what is written with
// it. A resource that may be invalid without a reference is redacted to find out if anything is left.
#pragma once

#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "consent/verdict.h"
#include "fhir/resource_id.h"
#include "store/batch.h"
#include "store/grants.h"

namespace handoff::admission {

using Scope = std::pair<std::string, std::string>;  // recipient ("Organization/ORG-PCP1"), purpose

// A resource as a decision needs it.
struct Sighted {
  fhir::ResourceId patient;
  std::string_view shape;  // of the whole resource
  std::string_view body;   // JSON; read only if the shape asks
};

class ClassSight {
 public:
  // of the scope, by patient
  using ClassOf = std::function<std::string(const fhir::ResourceId& patient)>;
  // `written`: the writes of the request, which replace what is stored; empty: the stored state alone. All
  // outlive this.
  ClassSight(const store::Snapshot& snapshot, Scope scope, ClassOf class_of,
             std::span<const store::Write> written = {});

  // The decision of the class. It denies if redaction would leave nothing.
  consent::RowDecision decide(const Sighted& resource) const;

 private:
  bool is_left(const Sighted& resource, const consent::RowDecision& decision) const;
  bool hides(std::string_view reference) const;
  bool permits(const fhir::ResourceId& patient, std::string_view shape) const;
  bool opens_patient(const fhir::ResourceId& patient) const;

  const store::Snapshot& snapshot_;
  const store::Grants& grants_;
  const Scope scope_;
  const ClassOf class_of_;
  const std::span<const store::Write> written_;
};

}  // namespace handoff::admission
