// Every path that is served: a table of interactions, and what operations declare of themselves. The dispatcher reads
// it, and the CapabilityStatement is made from it.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rest/http/interaction.h"

namespace handoff::rest {

struct Operation;

enum class Access { open, token, operators, auditors };  // operators, or auditors and operators: for everybody else nothing is there

struct Route {
  std::string_view method;   // GET serves HEAD too
  std::string_view pattern;  // "/fhir/{type}/{id}"; the first pattern that fits a path decides
  std::string_view name;     // for the log
  std::string_view code;     // of the interactions in a CapabilityStatement, separated by blanks
  Access access;
  bool negotiates;  // FHIR's media types and general parameters apply
  bool searches;    // the parameters of the target are the interaction's to check
  Interaction interaction;
  const Operation* operation = nullptr;

  bool is_of_type() const { return pattern.find("{type}") != pattern.npos; }
};

// Operations first: the first pattern that fits decides.
std::span<const Route> routes();

struct Match {
  const Route* route = nullptr;  // null: no such path, or not with this method
  Access access = Access::token;
  std::vector<std::string> values;  // of the path, decoded
  bool names_type = false;          // the first of the values should be a resource type
  std::string allowed;              // methods that the path has, for Allow; empty: no such path
};

// "the operation $export is not served here", of an address that leads to an operation, a history or a search which has no route; empty of
// any other. No type and no id begins so.
std::string told_unserved(std::string_view path);

// Nothing where an escape in the path is malformed.
std::optional<Match> find_route(std::string_view method, std::string_view path);

}  // namespace handoff::rest
