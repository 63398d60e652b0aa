// One record on its way through a plan: the focus of its expressions, and the reason that stops the record.
// One thread, one record. The functions of functions.h get it as the Evaluation.
#pragma once

#include <optional>
#include <string>

#include "fhir/resource_id.h"
#include "fhirpath/expression.h"
#include "mapping/mapping.h"
#include "mapping/plan.h"

namespace handoff::mapping {

// A resource that the record will produce. All are decided before any is rendered, so that references may
// point forward.
struct Instance {
  const Produced* plan = nullptr;
  std::string id;
  Identifier key;
  fhirpath::Collection item;  // of `each`
  std::size_t index = 0;
  std::string reference() const { return std::string(plan->type->name) + "/" + id; }
};

// Why the record stops. The Problem that functions return only says that it stops.
struct Stop {
  std::optional<Rejection> rejection;
  std::optional<Waiting> waiting;
  std::optional<Held> held;
};

// The value of a column in a record: by its name, or along its path.
json::Value value_at(json::Value record, std::string_view path);

class Run final : public fhirpath::Evaluation {
 public:
  Run(const Plan& plan, const SourceRecord& record, const RunContext& context);

  // Sets the focus of every expression except those of `where`. `values`: the record's values at its stage.
  void set_record(json::Value values);

  Result<fhirpath::Collection> evaluate(const Slot& slot);
  Result<fhirpath::Collection> evaluate(const Slot& slot, const fhirpath::Collection& focus);
  // Absent if the template gives nothing. Values live as long as the Run.
  Result<json::Value> render(const Node& node);
  Result<std::string> text(const Node& node);

  // These functions stop the record. The caller must return their result.
  Problem reject(std::string field, std::string value, std::string reason, std::string place);
  // Rejects the column of the current expression that has this value. If none has it, rejects the first
  // column.
  Problem reject_argument(std::string_view value, std::string reason);
  Problem wait(std::string type, Identifier identifier);
  Problem hold(Held held);
  // The stop behind `problem`: the noted one, or else a rejection with the problem's text.
  Stop stopped(const Problem& problem, const Slot* slot = nullptr);

  const Plan& plan;
  const SourceRecord& record;
  const RunContext& context;
  std::vector<Instance> instances;
  fhir::Reference patient;    // offline it may be conditional
  std::string unmapped_text;  // set by lookup(), used by the CodeableConcept around it
  const Slot* slot_now = nullptr;

 private:
  Result<json::Value> render_slot(const Node& node);
  Result<json::Value> render_text(const Node& node);
  Result<json::Value> render_reference(const Node& node);
  Result<json::Value> render_object(const Node& node);
  Result<json::Value> render_members(const Node& node);
  Result<json::Value> render_array(const Node& node);
  Result<json::Value> render_condition(const Node& node);
  Result<json::Value> render_loop(const Node& node);
  Result<json::Value> render_scope(const Node& node);
  Result<json::Value> converted(const Node& node, const fhirpath::Item& item);
  Result<void> assign(const std::vector<Assignment>& assigned);

  fhirpath::Collection focus_;
  Stop stop_;
};

}  // namespace handoff::mapping
