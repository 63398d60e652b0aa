// A transaction Bundle as the list of what it asks for (R4 "http", transaction; "bundle").
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
  std::string read_url;  // of a GET, below the base
  std::string full_url;

  std::string place(std::string_view member) const;  // "Bundle.entry[3].request.url"
};

// Is it a transaction or a batch, of not too many entries that each have a request? Problem: incorrect, naming the
// element.
Result<void> check_bundle(json::Value bundle, const fhir::Definitions& definitions);

// Of a checked Bundle. Problem: incorrect, unsupported (what is not served yet), naming the element.
Result<std::vector<BundleEntry>> read_transaction(json::Value bundle, const fhir::Definitions& definitions,
                                                  const authoring::ServerNames& names);

}  // namespace handoff::rest
