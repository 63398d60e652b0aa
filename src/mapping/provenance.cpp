#include "mapping/provenance.h"

#include <fmt/format.h>

namespace handoff::mapping {
namespace {

constexpr std::string_view participant_types =
    "http://terminology.hl7.org/CodeSystem/provenance-participant-type";
constexpr std::string_view data_operations = "http://terminology.hl7.org/CodeSystem/v3-DataOperation";
constexpr std::string_view record_system = "https://handoff.example.org/id/source-record";
constexpr std::string_view mapping_extension = "https://handoff.example.org/fhir/StructureDefinition/mapping";
constexpr std::string_view us_core = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-provenance";

class Author {
 public:
  explicit Author(json::Arena& arena) : arena_(arena) {}

  json::Value text(std::string_view value) { return arena_.string(value); }
  json::Value object(std::initializer_list<json::Member> members) {
    return arena_.object(std::span(members.begin(), members.size()));
  }
  json::Value list(json::Value item) { return arena_.array(std::span(&item, 1)); }
  json::Value concept_of(std::string_view system, std::string_view code) {
    return object({{"coding", list(object({{"system", text(system)}, {"code", text(code)}}))}});
  }
  json::Value targets(const std::vector<Entry>& entries) {
    std::vector<json::Value> all;
    for (const Entry& entry : entries)
      all.push_back(object({{"reference", text(entry.type + "/" + entry.id)}}));
    return arena_.array(all);
  }

 private:
  json::Arena& arena_;
};

json::Value agent_of(Author& author, const Plan& plan, const std::string& discloser) {
  const json::Value who =
      discloser.empty()
          ? author.object({{"type", author.text("Device")},
                           {"display", author.text(fmt::format("mapping {} {}", plan.name, plan.version))}})
          : author.object({{"reference", author.text("Organization/" + discloser)}});
  return author.object(
      {{"type", author.concept_of(participant_types, discloser.empty() ? "assembler" : "author")},
       {"who", who}});
}

}  // namespace

Entry provenance_of(Run& run, std::optional<Instant> stage, Mapped& mapped) {
  Author author(mapped.arena);
  const Plan& plan = run.plan;
  const std::string record = run.record.key.empty() ? run.record.content_hash : run.record.key;
  const std::string value = fmt::format("{}|{}", record, stage ? format_instant(*stage) : std::string{});
  Entry entry;
  entry.name = "provenance";
  entry.type = "Provenance";
  entry.key = {"https://handoff.example.org/mapping/" + plan.name, value};
  entry.id = run.context.world->id_of(entry.type, entry.key.system, entry.key.value);
  const std::string source = fmt::format("{}#{}", run.context.file_hash, run.record.number);
  const json::Value what = author.object(
      {{"identifier",
        author.object({{"system", author.text(record_system)}, {"value", author.text(source)}})},
       {"display", author.text(run.context.file)}});
  const json::Value made_by = author.object({{"url", author.text(mapping_extension)},
                                             {"valueString", author.text(plan.name + " " + plan.version)}});
  entry.resource = author.object(
      {{"resourceType", author.text(entry.type)},
       {"id", author.text(entry.id)},
       {"meta", author.object({{"profile", author.list(author.text(us_core))}})},
       {"extension", author.list(made_by)},
       {"target", author.targets(mapped.entries)},
       {"recorded", author.text(format_local(run.context.now))},
       {"activity", author.concept_of(data_operations, "CREATE")},
       {"agent", author.list(agent_of(author, plan, mapped.discloser))},
       {"entity", author.list(author.object({{"role", author.text("source")}, {"what", what}}))}});
  return entry;
}

}  // namespace handoff::mapping
