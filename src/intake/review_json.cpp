#include "intake/review_json.h"

#include "core/civil.h"
#include "json/writer.h"

namespace handoff::intake {
namespace {

using json::Arena;
using json::Member;
using json::Value;

Value parsed(Arena& arena, const std::string& text) {
  const auto document = json::parse(text);
  return document ? json::copy(arena, document->root()) : Value{};
}

// The elements that help a person to tell people apart.
Value person(Arena& arena, Value patient) {
  std::vector<Member> members;
  for (const std::string_view name : {"name", "birthDate", "gender", "identifier"})
    if (patient[name]) members.push_back({name, patient[name]});
  return arena.object(members);
}

std::vector<Member> members_of(Arena& arena, const store::Review& review) {
  return {{"id", arena.integer(review.id)},
          {"feed", arena.string(review.feed)},
          {"record", arena.integer((long long)(review.record))},
          {"key", arena.string(review.key)},
          {"state", arena.string(review.state)},
          {"held", arena.string(format_instant(review.held))},
          {"discloser", arena.string(review.discloser)},
          {"claim", parsed(arena, review.claim)},
          {"candidates", parsed(arena, review.candidates)}};
}

}  // namespace

Value listed(Arena& arena, const store::Review& review) { return arena.object(members_of(arena, review)); }

Value shown(Arena& arena, const store::Review& review, store::StoredRecord& record) {
  std::vector<Member> members = members_of(arena, review);
  std::vector<Value> candidates;
  for (const Value one : members.back().value.items()) {
    const Value patient = record.read("Patient/" + std::string(one["patient"].text()));
    candidates.push_back(json::with_member(arena, one, "person", person(arena, patient)));
  }
  members.back().value = arena.array(candidates);
  members.push_back({"mapping", arena.string(review.mapping)});
  members.push_back({"file", arena.string(review.file)});
  members.push_back({"values", parsed(arena, review.source)});
  if (!review.corrected.empty()) members.push_back({"corrected", parsed(arena, review.corrected)});
  if (review.decided) {
    members.push_back({"decided", arena.string(format_instant(*review.decided))});
    members.push_back({"by", arena.string(review.decided_by)});
    members.push_back({"reason", arena.string(review.reason)});
    if (!review.patient.empty())
      members.push_back({"patient", arena.string("Patient/" + review.patient.text())});
  }
  return arena.object(members);
}

std::vector<fhir::Reference> patients_of(const store::Review& review) {
  std::vector<fhir::Reference> patients;
  if (const auto candidates = json::parse(review.candidates))
    for (const Value one : candidates->root().items())
      patients.emplace_back("Patient", one["patient"].text());
  if (!review.patient.empty()) patients.emplace_back("Patient", review.patient);
  return patients;
}

std::string DecisionNote::to_json() const {
  std::string out;
  json::Writer writer(out);
  writer.begin_object().key("kind").text("review").key("action").text(action);
  writer.key("actor").text(actor).key("reason").text(reason);
  if (review) writer.key("review").number(*review);
  if (patient) writer.key("patient").text(*patient);
  if (!people.empty()) writer.key("into").texts(people);
  writer.end_object();
  return out;
}

}  // namespace handoff::intake
