#include "validation/findings.h"

#include <algorithm>

namespace handoff::validation {

std::string Path::expression() const {
  std::string text = parent ? parent->expression() + "." : std::string();
  text += name;
  if (index != no_index) text += "[" + std::to_string(index) + "]";
  if (!variant.empty()) text.append(".ofType(").append(variant).append(")");
  return text;
}

bool Findings::is_known(const Issue& issue) const {
  return std::any_of(issues_.begin(), issues_.end(), [&](const Issue& known) {
    return known.expression == issue.expression && known.diagnostics == issue.diagnostics &&
           known.constraint == issue.constraint;
  });
}

void Findings::add(Issue issue) {
  const bool is_error = issue.severity <= Severity::error;
  if (is_error ? full() : !takes_advice()) return;
  if (!is_trial_ && is_known(issue)) return;
  errors_ += is_error;
  if (is_trial_) return;
  issues_.push_back(std::move(issue));
  if (is_error ? full() : !takes_advice())
    issues_.push_back({.severity = Severity::information,
                       .code = "informational",
                       .diagnostics = "There may be more findings; only the first " +
                                      std::to_string(issues_max_) + " are listed.",
                       .expression = {}});
}

void Findings::add(const Path& path, std::string_view code, std::string diagnostics,
                   std::string_view constraint) {
  if (full()) return;
  add({.severity = Severity::error,
       .code = std::string(code),
       .diagnostics = std::move(diagnostics),
       .expression = path.expression(),
       .constraint = std::string(constraint)});
}

void Findings::warn(const Path& path, std::string_view code, std::string diagnostics,
                    std::string_view constraint) {
  if (!takes_advice()) return;
  add({.severity = Severity::warning,
       .code = std::string(code),
       .diagnostics = std::move(diagnostics),
       .expression = path.expression(),
       .constraint = std::string(constraint)});
}

void Findings::inform(const Path& path, std::string_view code, std::string diagnostics) {
  if (!takes_advice()) return;
  add({.severity = Severity::information,
       .code = std::string(code),
       .diagnostics = std::move(diagnostics),
       .expression = path.expression()});
}

std::vector<Issue> Findings::take() { return std::move(issues_); }

}  // namespace handoff::validation
