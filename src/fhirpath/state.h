// The state of a running evaluation, and how steps use it. One thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/limits.h"
#include "fhirpath/decimal.h"
#include "fhirpath/plan.h"

namespace handoff::fhirpath {

struct Evaluation::State {
  State(Evaluation& owner, const fhir::Definitions& r4) : evaluation(owner), definitions(r4) {}

  Evaluation& evaluation;
  const fhir::Definitions& definitions;
  json::Arena arena;
  std::optional<Instant> now = {};
  std::vector<std::pair<std::string, Collection>> variables = {};
  // variables of defineVariable() that are visible now
  std::vector<std::pair<std::string, Collection>> defined = {};
  const Collection* root = nullptr;  // focus of the whole expression
  std::size_t steps_max = limits::fhirpath_steps_max, steps_left = steps_max;
  std::optional<Problem> error = {};
  Failure failure = {};                                 // where `error` arose
  std::vector<std::unique_ptr<Collection>> spare = {};  // emptied collections, kept for their memory
};

// $this, $index and $total of the innermost function.
struct Scope {
  const Collection* focus = nullptr;
  const Collection* total = nullptr;
  std::int64_t index = -1;
};

struct Call {
  Evaluation::State& state;
  const Step& step;
  const Collection& input;
  const Scope& scope;
  Collection& out;

  bool fail(std::string message) const;  // always false
  bool spend(std::size_t steps) const;   // false if the budget is used up
  // for a text that is made or searched; false also if the text is too long
  bool spend_text(std::size_t bytes) const;
  // Runs a child with the scope's focus as input. Variables that the child defines end with it. The items
  // that it gives cost steps.
  bool run(const Step& child, const Scope& in, Collection& result) const;
  bool argument(std::size_t index, Collection& result) const {
    return run(step.children[index], scope, result);
  }
  json::Arena& arena() const { return state.arena; }
  bool give(const Item& item) const {
    out.push_back(item);
    return true;
  }
  bool give(bool truth) const;
  bool give(const char*) const = delete;  // would become a boolean
  bool give(std::string_view text) const;
  bool give(std::int64_t value) const;
};

// A collection for the duration of one step, from the state's spares.
class Scratch {
 public:
  explicit Scratch(Evaluation::State& state) : state_(state) {
    if (state.spare.empty()) {
      collection_ = std::make_unique<Collection>();
    } else {
      collection_ = std::move(state.spare.back());
      state.spare.pop_back();
    }
  }
  ~Scratch() {
    collection_->clear();
    state_.spare.push_back(std::move(collection_));
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  Collection& operator*() { return *collection_; }
  Collection* operator->() { return collection_.get(); }

 private:
  Evaluation::State& state_;
  std::unique_ptr<Collection> collection_;
};

// Singleton evaluation (FHIRPath 2.0 section 4.5). Empty gives nothing; one item that is no boolean is true.
// Several items: returns false and sets an error.
bool to_truth(const Call& call, const Collection& collection, std::optional<bool>& truth);

// Arguments and input as values of one type. Each returns false if there is no value. The function's result
// is then empty, or an error if the state has one.
bool input_text(const Call& call, std::string_view& text);
bool input_number(const Call& call, Decimal& value);
bool argument_text(const Call& call, std::size_t index, std::string_view& text);
bool argument_integer(const Call& call, std::size_t index, std::int64_t& value);
inline bool nothing(const Call& call) { return !call.state.error; }

}  // namespace handoff::fhirpath
