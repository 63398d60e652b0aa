#include "intake/taking.h"

#include <fmt/format.h>

#include "intake/evidence.h"
#include "json/document.h"
#include "store/intake_states.h"
#include "store/people.h"

namespace handoff::intake {
namespace {

std::int64_t ms(Instant instant) { return instant.time_since_epoch().count(); }

// A corrected record is taken in as if it had come like that, also on its later days.
json::Document correction_of(const TakenRecord& record, const store::Snapshot& snapshot) {
  const auto review = snapshot.people().review_of(record.feed, record.source->content_hash);
  if (!review || review->corrected.empty()) return {};
  return json::parse(review->corrected).value();
}

mapping::RunContext context_of(const TakenRecord& record, const Means& means, mapping::World& world) {
  mapping::RunContext context;
  context.world = &world;
  context.now = means.now;
  context.file = record.file;
  context.file_hash = record.file_hash;
  return context;
}

// What the record said about its person, and what it made. Later the person is known by it, and a wrong merge
// can be undone with it.
store::Contribution contribution_of(const TakenRecord& record, const Made& made, bool confirmed) {
  store::Contribution of;
  of.patient = made.mapped.patient.id();
  of.feed = record.feed;
  of.content = record.source->content_hash;
  of.key = record.source->key;
  of.record = record.source->number;
  of.discloser = made.mapped.discloser;
  of.confirmed = confirmed;
  identity::PersonClaim claim = made.world->evidence_of(made.mapped.person);
  if (claim.links.empty()) claim.links = made.world->named_people();
  of.claim = to_text(claim);
  for (const mapping::Entry& entry : made.mapped.entries) {
    if (entry.amends) continue;
    if (entry.type == "Patient") of.resource = json::write(entry.resource);
    else of.references.push_back(entry.type + "/" + entry.id);
  }
  return of;
}

std::string actor_of(const TakenRecord& record) {
  return fmt::format("feed {}#{}", record.feed, record.source->number);
}

admission::Submission submission_of(const TakenRecord& record, const Made& made,
                                    const store::IntakeState& mark, bool confirmed) {
  admission::Submission submission;
  submission.discloser = made.mapped.discloser;
  submission.actor = actor_of(record);
  submission.narrates = true;
  // A late record comes in its newest state. So its earlier states count as taken, also in the next run over
  // these records.
  for (const Instant earlier : *record.stages)
    if (ms(earlier) < mark.stage_ms)
      submission.intake_states.push_back({mark.feed, mark.content, ms(earlier), mark.key});
  submission.intake_states.push_back(mark);
  for (const mapping::Entry& entry : made.mapped.entries) {
    admission::Entry admitted;
    admitted.type = entry.type;
    admitted.id = entry.id;
    admitted.resource = entry.resource;
    admitted.amends = entry.amends;
    admitted.contributes = entry.type == "Patient" && !entry.amends;
    admitted.confirmed = confirmed;
    submission.entries.push_back(admitted);
    if (!admitted.contributes) continue;
    for (const auto& key : identity::keys_of(made.world->evidence_of(made.mapped.person)))
      submission.identities.push_back({key.system, key.value, fhir::ResourceId(entry.id), false});
  }
  if (!made.mapped.patient.empty())
    submission.people.contributions.push_back(contribution_of(record, made, confirmed));
  return submission;
}

// The error that would reject the record at a later stage. An error that depends on other records does not
// count, because they may change until then.
std::optional<mapping::Rejection> later_rejection(const TakenRecord& record,
                                                  const mapping::SourceRecord& source, int stage,
                                                  const Means& means,
                                                  const std::optional<Decision>& decision) {
  for (std::size_t later = std::size_t(stage) + 1; stage >= 0 && later < record.stages->size(); ++later) {
    StoredWorld world(means.store.snapshot(), means.ids, means.tables, decision);
    mapping::RunContext context = context_of(record, means, world);
    mapping::Outcome outcome = record.mapping->run(source, (*record.stages)[later], context);
    if (auto* rejection = std::get_if<mapping::Rejection>(&outcome); rejection && !world.was_read())
      return std::move(*rejection);
    const auto* mapped = std::get_if<mapping::Mapped>(&outcome);
    context.refusals = [&](json::Value resource) { return means.admission.refusals(resource, {}); };
    if (mapped)
      if (auto rejection = record.mapping->refusal(source, *mapped, context)) return rejection;
  }
  return std::nullopt;
}

}  // namespace

store::IntakeState state_of(const TakenRecord& record, int stage) {
  store::IntakeState state{record.feed, record.source->content_hash,
                           stage < 0 ? 0 : ms((*record.stages)[std::size_t(stage)])};
  if (record.mapping->is_series()) state.key = record.source->key;
  return state;
}

int newest_stage(const std::vector<Instant>& stages, Instant now) {
  int newest = stages.empty() ? -1 : 0;
  for (std::size_t i = 1; i < stages.size() && stages[i] <= now; ++i) newest = int(i);
  return newest;
}

Taking take(const TakenRecord& record, int stage, const Means& means,
            const std::optional<Decision>& decision) {
  const std::optional<Instant> at =
      stage < 0 ? std::nullopt : std::optional((*record.stages)[std::size_t(stage)]);
  const store::IntakeState mark = state_of(record, stage);
  Made made;
  made.world = std::make_unique<StoredWorld>(means.store.snapshot(), means.ids, means.tables, decision);
  if (made.world->snapshot().intake().has(mark)) {
    made.is_new = false;
    return made;
  }
  if (!mark.key.empty() && made.world->snapshot().intake().newest(mark.feed, mark.key) > mark.stage_ms) {
    made.world->give_back();
    made.mapped.is_so_already = true;  // a newer state of the same thing is there
    made.submission.actor = actor_of(record);
    made.submission.intake_states.push_back(mark);
    return made;
  }
  mapping::SourceRecord source = *record.source;
  const json::Document kept = correction_of(record, made.world->snapshot());
  if (const json::Value right = record.corrected ? record.corrected : kept.root()) source.values = right;
  mapping::Outcome outcome = record.mapping->run(source, at, context_of(record, means, *made.world));
  made.world->give_back();
  if (auto* waiting = std::get_if<mapping::Waiting>(&outcome)) return std::move(*waiting);
  if (auto* rejection = std::get_if<mapping::Rejection>(&outcome)) return std::move(*rejection);
  if (auto* held = std::get_if<mapping::Held>(&outcome)) return std::move(*held);
  if (auto rejection = later_rejection(record, source, stage, means, decision)) return std::move(*rejection);
  made.mapped = std::get<mapping::Mapped>(std::move(outcome));
  made.submission = submission_of(record, made, mark, decision.has_value());
  return made;
}

store::Review review_of(const TakenRecord& record, const mapping::Held& held) {
  store::Review review;
  review.feed = record.feed;
  review.content = record.source->content_hash;
  review.mapping = record.mapping->name();
  review.record = record.source->number;
  review.key = record.source->key;
  review.file = record.file;
  review.file_hash = record.file_hash;
  review.source = json::write(record.source->values);
  review.claim = to_text(held.person);
  review.discloser = held.discloser;
  review.candidates = to_text(held.candidates);
  return review;
}

std::vector<identity::Identifier> person_keys(const Made& made) {
  std::vector<identity::Identifier> keys;
  for (const auto& identity : made.submission.identities) keys.push_back({identity.system, identity.value});
  if (!keys.empty()) keys.push_back({"Patient", made.mapped.patient.text()});
  return keys;
}

std::vector<Arrival> arrivals_of(const Made& made) {
  std::vector<Arrival> arrivals;
  for (const auto& identity : made.submission.identities)
    arrivals.push_back({"Patient", {identity.system, identity.value}});
  for (const mapping::Entry& entry : made.mapped.entries) {
    if (entry.amends) continue;
    arrivals.push_back({entry.type, entry.key});
    arrivals.push_back({entry.type, {std::string(mapping::of_person), made.mapped.patient.text()}});
  }
  return arrivals;
}

}  // namespace handoff::intake
