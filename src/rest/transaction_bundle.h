// A transaction Bundle as a list of writes (R4 "http", transaction; "bundle"): read, checked, its references rewritten to
// where its entries will stand.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "admission/admission.h"
#include "rest/identifier_query.h"

namespace handoff::rest {

struct BundleEntry {
  std::size_t index = 0;  // in Bundle.entry
  admission::Method method = admission::Method::create;
  std::string type;
  std::string id;  // of a PUT, or new
  std::string full_url;
  json::Value resource;
  std::optional<std::uint32_t> if_match;
  std::optional<Identifier> if_none_exist;
  std::optional<store::Version> existing;  // what If-None-Exist found: nothing is written, and this is referred to

  std::string place(std::string_view member) const;  // "Bundle.entry[3].request.url"
};

// Problem: incorrect, unsupported (what is not served yet), naming the element.
Result<std::vector<BundleEntry>> read_transaction(json::Value bundle, const fhir::Definitions& definitions);

// Finds what If-None-Exist asks for. Problem: precondition, where more than one resource matches.
Result<void> resolve_conditional_creates(std::vector<BundleEntry>& entries, const store::Snapshot& snapshot, const fhir::Definitions& definitions);

// References to fullUrls of the Bundle become Type/id, "Type?identifier=system|value" the one resource it finds.
// Problem: incorrect (a urn: that no entry has), precondition (none or several found), at the reference.
Result<void> rewrite_references(json::Arena& arena, std::vector<BundleEntry>& entries, const store::Snapshot& snapshot,
                                const fhir::Definitions& definitions);

}  // namespace handoff::rest
