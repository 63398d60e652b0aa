#include "validation/findings.h"

namespace handoff::validation {

std::string Path::expression() const {
  std::string text = parent ? parent->expression() + "." : std::string();
  text += name;
  if (index != no_index) text += "[" + std::to_string(index) + "]";
  if (!variant.empty()) text.append(".ofType(").append(variant).append(")");
  return text;
}

void Findings::add(const Path& path, std::string_view code, std::string diagnostics, std::string_view constraint) {
  if (full()) return;
  issues_.push_back({.severity = Severity::error,
                     .code = std::string(code),
                     .diagnostics = std::move(diagnostics),
                     .expression = path.expression(),
                     .constraint = std::string(constraint)});
  if (full())
    issues_.push_back({.severity = Severity::information, .code = "informational",
                       .diagnostics = "There may be more findings; only the first " + std::to_string(issues_max_) + " are listed.",
                       .expression = {}});
}

std::vector<Issue> Findings::take() { return std::move(issues_); }

}  // namespace handoff::validation
