// A transaction Bundle as a list of requests (R4 "http", transaction; "bundle").
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "authoring/write.h"

namespace handoff::rest {

struct BundleEntry {
  std::size_t index = 0;                  // in Bundle.entry
  std::optional<authoring::Entry> write;  // none: a GET, answered after the writes
  std::string type;
  std::string read_url;  // for a GET, below the base
  std::string full_url;

  std::string place(std::string_view member) const;  // "Bundle.entry[3].request.url"
};

// Checks that the Bundle is a transaction or a batch, has not too many entries, and has a request in each.
// Problem: incorrect, naming the element.
Result<void> check_bundle(json::Value bundle, const fhir::Definitions& definitions);

// The Bundle must be checked. Problem: incorrect, unsupported (not served yet), naming the element.
Result<std::vector<BundleEntry>> read_transaction(json::Value bundle, const fhir::Definitions& definitions,
                                                  const authoring::ServerNames& names);

}  // namespace handoff::rest
