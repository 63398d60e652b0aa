// FHIRPath (the R4-era 2.0 specification): compiled once to a plan, evaluated many times, by any thread. Compilation
// checks paths, variables and functions against the R4 types and gives the position of what cannot be; evaluation is
// bounded in steps and depth (core/limits.h). No recursion that input controls.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "core/result.h"
#include "fhir/definitions.h"
#include "fhir/membership.h"
#include "json/value.h"

namespace handoff::fhirpath {

// One item of a collection: a JSON value and what it is. `type` is an R4 type, or null for a System value and for plain
// JSON (records of a mapping); `system` says which System type a literal or a computed value has.
enum class SystemType : std::uint8_t { none, boolean, string, integer, decimal, date, date_time, time, quantity };

struct Item {
  json::Value value = {};
  const fhir::Type* type = nullptr;
  SystemType system = SystemType::none;
  json::Value extension_holder = {};  // a primitive's "_name" sibling, absent if there is none
};

using Collection = std::vector<Item>;

// Where a compile error stands. `position` counts bytes from 0 in the expression.
// Problem of compile(): incorrect; issue code "invalid"; diagnostics "…, at position N"; expression = the offending
// part.
struct Failure {
  std::string kind;  // "syntax", "semantic", "execution"
  std::string message;
  std::size_t position = 0;
};

class Evaluation;

// A function beside the specification's: mapping's lookup(), ref(), refTo(), coding(), id(). Arguments arrive evaluated
// (one collection each). The result's values live in Evaluation::arena() or longer.
struct Function {
  std::string name;
  std::size_t arguments_min = 0;
  std::size_t arguments_max = 0;
  std::function<Result<Collection>(Evaluation&, const Collection& focus, std::span<const Collection> arguments)> call;
};

// What a plain record offers as members of the focus, so that an unknown column is an error at compile time.
struct RecordMember {
  std::string name;  // "DOB"; nested records: "person"
  SystemType type = SystemType::string;
  bool is_list = false;
  std::vector<RecordMember> members = {};  // of a nested record; type is none then
};

struct CompileOptions {
  const fhir::Definitions* definitions = nullptr;  // null: Definitions::r4()
  // Type of the focus: an R4 type, or a record, or neither (no check of paths on the focus). With both, the focus is of the
  // R4 type and %context is the record (set as the variable "context").
  const fhir::Type* focus = nullptr;
  const std::vector<RecordMember>* record = nullptr;
  std::span<const Function> functions = {};
  // Variables that exist beside %resource, %context, %ucum, %sct, %loinc, … ; with `check_variables` any other is an
  // error.
  std::span<const std::string> variables = {};
  bool check_variables = true;
  // For search parameters: a path that begins with another resource type is empty instead of an error, and resolve()
  // looks only at the type that the reference names.
  bool search_parameter = false;
};

class Expression {
 public:
  // Problem: incorrect. Give `failure` to learn kind and position as well.
  static Result<Expression> compile(std::string_view text, const CompileOptions& options = {}, Failure* failure = nullptr);

  // Problem: unprocessable (execution error, or the step limit reached).
  Result<Collection> evaluate(Evaluation& evaluation, const Collection& focus) const;

  std::string_view text() const;
  // What the expression can give, as far as the types tell: empty if unknown. Used by mapping to check a slot.
  std::span<const fhir::Type* const> result_types() const;
  // Elements whose values it gives as they stand: their bindings hold for the result. Empty if unknown.
  std::span<const fhir::Element* const> result_elements() const;
  // Names of the record's members (top level, "person.birthDate" for nested ones) that it reads, in order of
  // appearance.
  std::span<const std::string> record_members() const;

 private:
  struct Plan;
  std::shared_ptr<const Plan> plan_;
};

// What an evaluation stands on: variables, now, the arena of computed values, a budget of steps. One thread; may serve
// many evaluations of one resource or record. Values that it made live as long as it does.
class Evaluation {
 public:
  explicit Evaluation(const fhir::Definitions& definitions = fhir::Definitions::r4());
  ~Evaluation();
  Evaluation(const Evaluation&) = delete;
  Evaluation& operator=(const Evaluation&) = delete;

  json::Arena& arena();
  const fhir::Definitions& definitions() const;
  void set_now(Instant now);
  void set_variable(std::string_view name, Collection value);  // name without '%'; replaces
  const Collection* find_variable(std::string_view name) const;
  // Resolves resolve(): gives the resource a reference names, absent if it cannot. Null: nothing resolves.
  std::function<json::Value(std::string_view reference)> resolver;
  // What memberOf() asks. Null: only R4's own complete value sets answer, of any other the answer is empty.
  const fhir::ValueSets* value_sets = nullptr;
  // What conformsTo() asks of a profile; nothing if it is not known. Null: only R4's own types are known.
  std::function<std::optional<bool>(const Item& item, std::string_view canonical)> conforms_to;
  // What htmlChecks() asks of a narrative's div. Null: the engine's own check of its form.
  std::function<bool(std::string_view div)> html;
  // Where trace() shows its input. Null: nowhere, for it is personal.
  std::function<void(std::string_view name, const Collection& items)> trace;
  void reset_steps();

  struct State;
  State& state() { return *state_; }

 private:
  std::unique_ptr<State> state_;
};

// Items from JSON: a resource (typed by its resourceType), a value of a given R4 type, a System value of plain JSON.
Item resource_item(json::Value resource, const fhir::Definitions& definitions = fhir::Definitions::r4());
Item typed_item(json::Value value, const fhir::Type* type);
Item system_item(json::Value value, SystemType type);

// "true" for a criterion: a non-empty collection that is no single false (FHIRPath 2.0 section 5.1.1 of singleton
// evaluation).
bool is_true(const Collection& collection);
// A primitive's text ("1.50", "2024-06", "true"); empty for complex items.
std::string to_text(const Item& item);
// Name as type().name gives it: "Patient", "boolean", "Boolean".
std::string_view type_name(const Item& item);

}  // namespace handoff::fhirpath
