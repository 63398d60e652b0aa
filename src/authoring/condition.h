// A condition of a write is a search (R4 "http", conditional create; "references", conditional references).
// So far one search is served: identifier=system|value.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/deadline.h"
#include "core/result.h"
#include "disclosure/view.h"
#include "fhir/definitions.h"
#include "search/query.h"

namespace handoff::authoring {

using Identifier = std::pair<std::string, std::string>;  // system, value

struct Condition {
  search::Query query;
  // The index holds identifiers as hashes. What the search finds is compared with these letters.
  Identifier identifier;
};

// The names of this server: its own, and the one that the client used (Host), which may differ.
struct ServerNames {
  std::string_view base_url;  // "https://127.0.0.1:8443"
  std::string_view host;      // "localhost:8443"; empty if the client sent none
};

// The query in a condition. Clients write it alone, "identifier=…"; below the base, "Patient?identifier=…";
// or as a full address of this server. Problem: incorrect, at `expression` (another type, another server).
Result<std::string_view> condition_query(std::string_view condition, std::string_view type,
                                         const ServerNames& names, std::string expression);

// `query` as in a URL, escapes included. Problem: unsupported, at `expression`, for any other search.
Result<Condition> parse_condition(const fhir::Definitions& definitions, std::string_view type,
                                  std::string_view query, const std::string& expression);

// Problem: unsupported, at `expression`, if the type has no identifier to search by.
Result<Condition> identifier_condition(const fhir::Definitions& definitions, std::string_view type,
                                       const Identifier& identifier, const std::string& expression);

// Current resources that match by what the view shows of them. At most two, because callers only need to know
// if there is more than one.
// Throws TimeOver when the deadline passes. Problem: incorrect (the search).
Result<std::vector<store::Version>> find(const disclosure::View& view, const Condition& condition,
                                         const Deadline& deadline = {});

}  // namespace handoff::authoring
