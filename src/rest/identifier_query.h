// "identifier=system|value": the one search that conditional creates and conditional references may make here (R4 "http",
// conditional create; "references", conditional references).
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.h"
#include "fhir/definitions.h"
#include "json/value.h"
#include "store/snapshot.h"

namespace handoff::rest {

using Identifier = std::pair<std::string, std::string>;  // system, value

// `query` as in a URL, escapes included. Problem: unsupported, at `expression`, for any other search.
Result<Identifier> parse_identifier_query(std::string_view query, std::string expression);

// Is a resource there for whoever asks, with what is asked for in what may be seen of it?
using Seen = std::function<bool(const store::Version& version, const std::function<bool(json::Value shown)>& such)>;

// Current resources of a type in which this identifier is seen, at most two: nobody asks further than "more than one".
std::vector<store::Version> find_by_identifier(const store::Snapshot& snapshot, const fhir::Definitions& definitions, std::string_view type,
                                               const Identifier& identifier, const Seen& seen);

}  // namespace handoff::rest
