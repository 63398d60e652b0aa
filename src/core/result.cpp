#include "core/result.h"

#include <stdexcept>

namespace handoff {

std::string Problem::summary() const {
  if (issues.empty()) return "no details";
  const Issue& first = issues.front();
  return first.expression.empty() ? first.diagnostics : first.expression + ": " + first.diagnostics;
}

Problem problem(Kind kind, std::string diagnostics, std::string expression, std::string code) {
  if (code.empty()) code = default_issue_code(kind);
  return Problem{kind,
                 {Issue{Severity::error, std::move(code), std::move(diagnostics), std::move(expression)}}};
}

std::string_view to_code(Severity severity) {
  switch (severity) {
    case Severity::fatal: return "fatal";
    case Severity::error: return "error";
    case Severity::warning: return "warning";
    case Severity::information: return "information";
  }
  return "error";
}

std::string_view default_issue_code(Kind kind) {
  switch (kind) {
    case Kind::incorrect: return "invalid";
    case Kind::unauthenticated: return "login";
    case Kind::forbidden: return "forbidden";
    case Kind::not_found: return "not-found";
    case Kind::gone: return "deleted";
    case Kind::conflict: return "conflict";
    case Kind::precondition: return "conflict";
    case Kind::unprocessable: return "processing";
    case Kind::unsupported: return "not-supported";
    case Kind::busy: return "throttled";
    case Kind::limited: return "throttled";
    case Kind::unavailable: return "transient";
    case Kind::fault: return "exception";
  }
  return "exception";
}

void throw_exception_from_error(const Problem& problem, const boost::source_location&) {
  throw std::logic_error("value() asked of a failed Result: " +
                         std::string(default_issue_code(problem.kind)));
}

}  // namespace handoff
