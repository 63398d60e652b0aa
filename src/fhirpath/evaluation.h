// What a FHIRPath expression is evaluated with: variables, the time, limits, and callbacks for what the
// engine does not know.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/clock.h"
#include "core/limits.h"
#include "fhir/membership.h"
#include "fhirpath/item.h"

namespace handoff::fhirpath {

// The context of evaluations: variables, the current time, the arena of computed values, a budget of steps.
// One thread. It may serve many evaluations of one resource or record. Values that it made live as long as it
// does.
class Evaluation {
 public:
  explicit Evaluation(const fhir::Definitions& definitions = fhir::Definitions::r4());
  ~Evaluation();
  Evaluation(const Evaluation&) = delete;
  Evaluation& operator=(const Evaluation&) = delete;

  json::Arena& arena();
  const fhir::Definitions& definitions() const;
  void set_now(Instant now);
  void set_variable(std::string_view name, Collection value);  // name without '%'; replaces an older value
  const Collection* find_variable(std::string_view name) const;
  // Used by resolve(): gives the resource that a reference names, absent if it cannot. Null: resolve() finds
  // nothing outside the resource.
  std::function<json::Value(std::string_view reference)> resolver;
  // Used by memberOf(). Null: only R4's own complete value sets are known; for any other the result is empty.
  const fhir::ValueSets* value_sets = nullptr;
  // Used by conformsTo(): does the item conform to the profile? Nothing if the profile is not known. Null:
  // only R4's own types are known.
  std::function<std::optional<bool>(const Item& item, std::string_view canonical)> conforms_to;
  // Where trace() shows its input. Null: nowhere, because the input is personal data.
  std::function<void(std::string_view name, const Collection& items)> trace;
  void reset_steps(std::size_t steps_max = limits::fhirpath_steps_max);

  struct State;
  State& state() { return *state_; }

 private:
  std::unique_ptr<State> state_;
};

}  // namespace handoff::fhirpath
