// Where a check is, and what it found. A Path lives on the stack of the walk and becomes text only for an issue.
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

  Path child(std::string_view element, std::uint32_t at = no_index) const { return {this, element, at, depth + 1}; }
  std::string expression() const;  // "Patient.name[0].given[1]", "Observation.value.ofType(Quantity).code"
};

class Findings {
 public:
  explicit Findings(std::size_t most) : issues_max_(most) {}
  // Keeps nothing and is full with the first error: for what is only tried.
  static Findings trial() {
    Findings findings(1);
    findings.is_trial_ = true;
    return findings;
  }
  // Keeps errors alone: for what decides and does not explain.
  static Findings without_advice(std::size_t most) {
    Findings findings(most);
    findings.wants_advice_ = false;
    return findings;
  }

  // `code`: an issue-type of R4. `constraint`: key of the invariant, if it is one.
  void add(const Path& path, std::string_view code, std::string diagnostics, std::string_view constraint = {});
  void warn(const Path& path, std::string_view code, std::string diagnostics, std::string_view constraint = {});
  void inform(const Path& path, std::string_view code, std::string diagnostics);
  // What is said already of the same element is not said again.
  void add(Issue issue);
  // No more errors are taken. Advice has a bound of its own, so that it hides none.
  bool full() const { return errors_ >= issues_max_; }
  // Only what is wrong beyond doubt counts, and advice is not looked for: a write, a trial.
  bool only_decides() const { return is_trial_ || !wants_advice_; }
  // Would a warning be kept? Where not, nobody needs to look for one.
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
