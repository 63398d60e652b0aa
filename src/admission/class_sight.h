// What a scope sees by the classes of its patients, as disclosure's view decides it (disclosure/view.h), from what a write can know: the
// store beside it and what is written with it. What hangs on a reference is redacted to find out.
#pragma once

#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "consent/verdict.h"
#include "store/batch.h"
#include "store/grants.h"

namespace handoff::admission {

using Scope = std::pair<std::string, std::string>;  // recipient ("Organization/ORG-PCP1"), purpose

// A resource as a decision needs it.
struct Sighted {
  std::string patient;       // id
  std::string_view shape;    // of the whole
  std::string_view body;     // JSON; looked at only where the shape asks
};

class ClassSight {
 public:
  using ClassOf = std::function<std::string(const std::string& patient)>;  // the scope's, by the patient's id
  // `written`: what comes with the request, in the place of what is stored; empty: as it is stored. All outlive this.
  ClassSight(const store::Snapshot& snapshot, Scope scope, ClassOf class_of, std::span<const store::Write> written = {});

  // The decision of the class; denied where redaction would leave nothing.
  consent::RowDecision decide(const Sighted& resource) const;

 private:
  bool is_left(const Sighted& resource, const consent::RowDecision& decision) const;
  bool hides(std::string_view reference) const;
  bool permits(const std::string& patient, std::string_view shape) const;
  bool opens_patient(const std::string& patient) const;

  const store::Snapshot& snapshot_;
  const store::Grants& grants_;
  const Scope scope_;
  const ClassOf class_of_;
  const std::span<const store::Write> written_;
};

}  // namespace handoff::admission
