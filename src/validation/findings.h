// The place of a check and its findings. A Path lives on the stack of the walk. It becomes text only for an
// issue.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace handoff::validation {

struct Path {
  static constexpr std::uint32_t no_index = UINT32_MAX;

  const Path* parent = nullptr;
  std::string_view name;
  std::uint32_t index = no_index;
  std::uint32_t depth = 0;
  std::string_view variant = {};  // the type of a choice

  Path child(std::string_view element, std::uint32_t at = no_index) const {
    return {this, element, at, depth + 1};
  }
  std::string expression() const;  // "Patient.name[0].given[1]", "Observation.value.ofType(Quantity).code"
};

class Findings {
 public:
  explicit Findings(std::size_t most) : issues_max_(most) {}
  // For a trial: keeps no issues, and is full after the first error.
  static Findings trial() {
    Findings findings(1);
    findings.is_trial_ = true;
    return findings;
  }
  // Keeps only errors. For callers that decide and do not explain.
  static Findings without_advice(std::size_t most) {
    Findings findings(most);
    findings.wants_advice_ = false;
    return findings;
  }

  // `code`: an issue-type of R4. `constraint`: key of the invariant, if it is one.
  void add(const Path& path, std::string_view code, std::string diagnostics,
           std::string_view constraint = {});
  void warn(const Path& path, std::string_view code, std::string diagnostics,
            std::string_view constraint = {});
  void inform(const Path& path, std::string_view code, std::string diagnostics);
  // Adds the issue unless the same was already said about the same element.
  void add(Issue issue);
  // True if no more errors are accepted. Warnings and hints have their own limit, so that they cannot crowd
  // out errors.
  bool full() const { return errors_ >= issues_max_; }
  // True for a write or a trial: only certain errors count, and nothing looks for warnings or hints.
  bool only_decides() const { return is_trial_ || !wants_advice_; }
  // True if a warning would be kept. If not, the caller need not look for one.
  bool takes_advice() const { return !only_decides() && !full() && issues_.size() - errors_ < issues_max_; }
  std::size_t size() const { return issues_.size(); }
  std::size_t errors() const { return errors_; }
  std::vector<Issue> take();

 private:
  bool is_known(const Issue& issue) const;

  std::size_t issues_max_;
  std::size_t errors_ = 0;
  bool is_trial_ = false;
  bool wants_advice_ = true;
  std::vector<Issue> issues_;
};

}  // namespace handoff::validation
