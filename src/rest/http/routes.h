// Every path that is served: a table of interactions, and the routes that operations declare. The dispatcher
// reads it, and the CapabilityStatement is made from it.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rest/http/interaction.h"

namespace handoff::rest {

struct Operation;

// auditors: auditors and operators. For everybody else, paths of the last two kinds do not exist.
enum class Access { open, token, operators, auditors };

struct Route {
  std::string_view method;   // GET serves HEAD too
  std::string_view pattern;  // "/fhir/{type}/{id}"; the first pattern that fits a path decides
  std::string_view name;     // for the log
  std::string_view code;     // interactions in the CapabilityStatement, separated by blanks
  Access access;
  bool negotiates;  // FHIR's media types and general parameters apply
  bool searches;    // the interaction checks the parameters of the target itself
  Interaction interaction;
  const Operation* operation = nullptr;

  bool is_of_type() const { return pattern.find("{type}") != pattern.npos; }
};

// Operations come first, because the first pattern that fits decides.
std::span<const Route> routes();

struct Match {
  const Route* route = nullptr;  // null: no such path, or not with this method
  Access access = Access::token;
  std::vector<std::string> values;  // from the path, decoded
  bool names_type = false;          // the first value should be a resource type
  std::string allowed;              // methods of the path, for Allow; empty: no such path
};

// "the operation $export is not served here": the text for an address of an operation, a history or a search
// that has no route. Empty for any other address. No type and no id begins with "$" or "_".
std::string why_unserved(std::string_view path);

// Nothing if an escape in the path is malformed.
std::optional<Match> find_route(std::string_view method, std::string_view path);

}  // namespace handoff::rest
