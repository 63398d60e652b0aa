#include "mapping/mapping.h"

#include "mapping/correction.h"
#include "mapping/plan_compiler.h"
#include "mapping/record.h"
#include "mapping/refusal.h"
#include "mapping/source.h"

namespace handoff::mapping {

struct Mapping::Content {
  std::shared_ptr<const Plan> plan;
  std::filesystem::path folder;
};

Result<std::shared_ptr<const Mapping>> Mapping::load(const std::filesystem::path& folder, std::string name,
                                                     const fhir::Definitions& definitions) {
  auto plan = compile_plan(folder, std::move(name), definitions);
  if (!plan) return plan.error();
  auto mapping = std::make_shared<Mapping>();
  mapping->content_ = std::make_shared<const Content>(Content{std::move(*plan), folder});
  return std::shared_ptr<const Mapping>(std::move(mapping));
}

std::string_view Mapping::name() const { return content_->plan->name; }
std::string_view Mapping::version() const { return content_->plan->version; }
std::string_view Mapping::title() const { return content_->plan->title; }
const Format& Mapping::format() const { return *content_->plan->contract.format; }
bool Mapping::is_series() const { return content_->plan->contract.is_series; }
const std::filesystem::path& Mapping::folder() const { return content_->folder; }

Result<Source> Mapping::read(std::string bytes, std::string file, Instant now) const {
  return read_source(*content_->plan, std::move(bytes), std::move(file), now);
}

Result<Source> Mapping::read_rows(json::Value rows, Instant now) const {
  auto bytes = format().write(content_->plan->contract, rows);
  if (!bytes) return bytes.error();
  return read_source(*content_->plan, std::move(*bytes), "rows", now);
}

std::vector<Instant> Mapping::stages(const SourceRecord& record) const {
  return stages_of(*content_->plan, record);
}

Outcome Mapping::run(const SourceRecord& record, std::optional<Instant> stage,
                     const RunContext& context) const {
  return run_record(*content_->plan, record, stage, context);
}

std::optional<Rejection> Mapping::refusal(const SourceRecord& record, const Mapped& mapped,
                                          const RunContext& context) const {
  return refusal_of(*content_->plan, record, mapped, context);
}

Rejection Mapping::refused(const SourceRecord& record, const Mapped& mapped, const Problem& problem) const {
  return rejection_of(*content_->plan, record, mapped, problem);
}

Result<json::Value> Mapping::corrected(json::Arena& arena, json::Value values, const FieldTexts& fields,
                                       Instant now) const {
  return mapping::corrected(*content_->plan, arena, values, fields, now);
}

LookupRows Mapping::lookup_rows() const {
  LookupRows rows;
  for (const auto& [name, table] : content_->plan->lookups)
    for (std::size_t i = 0; i < table.size(); ++i) rows.emplace(name, table.row(i).front());
  return rows;
}

}  // namespace handoff::mapping
