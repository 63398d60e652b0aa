// A requester that wants to write, with one state of the store.
#pragma once

#include <memory>
#include <string_view>

#include "auth/token.h"
#include "core/deadline.h"
#include "core/result.h"
#include "disclosure/view.h"
#include "fhir/definitions.h"
#include "store/snapshot.h"

namespace handoff::authoring {

// One thread. What it refers to outlives it.
struct Author {
  const auth::Requester& requester;
  const store::Snapshot& snapshot;
  const fhir::Definitions& definitions;
  // What exists for the requester while it writes. A hidden resource counts as missing. Problem: forbidden;
  // then nothing exists for the requester.
  Result<std::unique_ptr<disclosure::View>> view;

  const std::string& base;       // this server's FHIR base
  const Deadline deadline = {};  // TimeOver is thrown when it passes

  bool sees(std::string_view type, std::string_view id) const { return view && (*view)->sees(type, id); }
};

}  // namespace handoff::authoring
