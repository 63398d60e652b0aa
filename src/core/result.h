// How input makes a function fail: a Problem, made of Issues as in OperationOutcome (FHIR R4
// "operationoutcome"), carried by Result<T>. Lost infrastructure and bugs are exceptions, caught at the
// worker boundary.
#pragma once

#include <boost/system/result.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace handoff {

// Category of a failure. One function (rest) turns it into an HTTP status.
enum class Kind {
  incorrect,
  unauthenticated,
  forbidden,
  not_found,
  gone,
  conflict,
  precondition,
  unprocessable,
  unsupported,
  busy,     // all callers together ask for too much
  limited,  // this caller asks for too much
  unavailable,
  fault,
};

enum class Severity { fatal, error, warning, information };

// One finding. `code` is an issue-type code of R4. `expression` is the indexed FHIRPath of the element, or
// the field's name.
struct Issue {
  Severity severity = Severity::error;
  std::string code;
  std::string diagnostics;
  std::string expression;
  std::string constraint = {};  // key of the invariant, if one applies
};

struct Problem {
  Kind kind = Kind::incorrect;
  std::vector<Issue> issues;

  // The first issue's diagnostics, prefixed by its expression: for operators' logs and messages on a
  // terminal.
  std::string summary() const;
};

template <class T>
using Result = boost::system::result<T, Problem>;

// `expression` may be empty. `code` defaults to the issue-type that fits `kind`.
Problem problem(Kind kind, std::string diagnostics, std::string expression = {}, std::string code = {});

std::string_view to_code(Severity severity);
std::string_view default_issue_code(Kind kind);

// boost::system::result calls this if value() is used on a failure. That is a bug, therefore an exception.
[[noreturn]] void throw_exception_from_error(const Problem& problem, const boost::source_location& location);

}  // namespace handoff
