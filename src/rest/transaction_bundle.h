// A transaction Bundle as a list of what it asks for (R4 "http", transaction; "bundle"): read, checked, its references
// rewritten to where its entries will stand.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "admission/admission.h"
#include "auth/client.h"
#include "rest/condition.h"
#include "rest/identifier_query.h"

namespace handoff::rest {

struct BundleEntry {
  std::size_t index = 0;                    // in Bundle.entry
  std::optional<admission::Method> method;  // none: a GET, answered after the writes
  std::string type;
  std::string id;        // of a PUT or DELETE, or new
  std::string read_url;  // of a GET, below the base
  std::string full_url;
  json::Value resource;
  std::optional<std::string> if_match;  // as the requester was told it
  std::optional<Identifier> if_none_exist;
  std::optional<store::Version> existing;  // what If-None-Exist found: nothing is written, and this is referred to

  std::string place(std::string_view member) const;  // "Bundle.entry[3].request.url"
};

// Is it a transaction or a batch, of not too many entries that each have a request? Problem: incorrect, naming the element.
Result<void> check_bundle(json::Value bundle, const fhir::Definitions& definitions);

// Of a checked Bundle. Problem: incorrect, unsupported (what is not served yet), naming the element.
Result<std::vector<BundleEntry>> read_transaction(json::Value bundle, const fhir::Definitions& definitions, const ServerNames& names);

// What conditions look at: a state of the store, as far as the requester may see it.
struct Conditions {
  const store::Snapshot& snapshot;
  const fhir::Definitions& definitions;
  Seen seen;
  const std::vector<auth::Scope>& scopes;
};

// Finds what If-None-Exist asks for. Problem: precondition, where more than one resource matches.
Result<void> resolve_conditional_creates(std::vector<BundleEntry>& entries, const Conditions& conditions);

// References to fullUrls of the Bundle become Type/id, "Type?identifier=system|value" the one resource it finds.
// Problem: incorrect (a urn: that no entry has), precondition (none or several found), at the reference.
Result<void> rewrite_references(json::Arena& arena, std::vector<BundleEntry>& entries, const Conditions& conditions);

}  // namespace handoff::rest
