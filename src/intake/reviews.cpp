#include "intake/reviews.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/limits.h"
#include "intake/evidence.h"
#include "intake/kept_record.h"
#include "intake/review_json.h"
#include "intake/split.h"
#include "intake/waiters.h"
#include "json/writer.h"
#include "store/people.h"
#include "store/record.h"
#include "store/resources.h"

namespace handoff::intake {
namespace {

// `named`: an id or a reference.
fhir::ResourceId id_of(std::string_view named) {
  constexpr std::string_view type = "Patient/";
  return fhir::ResourceId(named.starts_with(type) ? named.substr(type.size()) : named);
}

Problem not_open(const store::Review& review) {
  return problem(Kind::conflict, fmt::format("review {} was decided before: {}", review.id, review.state),
                 "id");
}

bool is_candidate(const store::Review& review, const std::vector<identity::Candidate>& now,
                  const fhir::ResourceId& patient) {
  const auto before = patients_of(review);
  return std::find(before.begin(), before.end(), fhir::Reference("Patient", patient)) != before.end() ||
         std::any_of(now.begin(), now.end(),
                     [&](const identity::Candidate& one) { return one.id == patient.text(); });
}

// The answers of the decisions.

std::string still_open(std::int64_t review, const mapping::Held& held) {
  std::string out;
  json::Writer writer(out);
  writer.begin_object().key("review").number(review).key("state").text("open").key("patient").null();
  writer.key("also").begin_array().end_array().key("candidates").raw(to_text(held.candidates)).end_object();
  return out;
}

std::string taken_in(std::int64_t review, std::string_view state, std::string_view patient,
                     const std::vector<std::int64_t>& also) {
  std::string out;
  json::Writer writer(out);
  writer.begin_object().key("review").number(review).key("state").text(state).key("patient").text(patient);
  writer.key("also").begin_array();
  for (const std::int64_t other : also) writer.number(other);
  writer.end_array().end_object();
  return out;
}

// `recipients` is JSON.
std::string split_json(const Split& split, std::string_view patient, std::string_view recipients) {
  std::string out;
  json::Writer writer(out);
  writer.begin_object().key("patient").text(patient).key("people").texts(split.people());
  writer.key("moved").texts(split.moved()).key("unassigned").texts(split.unassigned());
  writer.key("recipients").raw(recipients).end_object();
  return out;
}

// The people and keys that were just taken in. They may settle other reviews that name them.
class Known {
 public:
  void add(const Made& made) {
    patients_.insert(made.mapped.patient);
    for (const auto& identity : made.submission.identities) keys_.insert({identity.system, identity.value});
  }
  bool may_settle(const store::Review& review) const {
    const auto patients = patients_of(review);
    const auto keys = identity::keys_of(claim_of(review.claim));
    return std::any_of(patients.begin(), patients.end(),
                       [&](const fhir::Reference& one) { return patients_.contains(one); }) ||
           std::any_of(keys.begin(), keys.end(),
                       [&](const identity::Identifier& key) { return keys_.contains(key); });
  }

 private:
  std::set<fhir::Reference> patients_;
  std::set<identity::Identifier> keys_;
};

}  // namespace

// A review with everything that is needed to take its record in.
struct Reviews::Loaded {
  store::Review review;
  KeptRecord kept;
  json::Document corrected = {};  // without a root: nothing is corrected now

  TakenRecord record() const { return kept.record(corrected.root()); }
};

void Reviews::set_listener(std::function<void(const std::vector<Arrival>&)> listener) {
  const std::lock_guard hold(mutex_);
  listener_ = std::move(listener);
}

void Reviews::tell(std::vector<Arrival> arrivals) const {
  std::function<void(const std::vector<Arrival>&)> listener;
  {
    const std::lock_guard hold(mutex_);
    listener = listener_;
  }
  if (listener) return listener(arrivals);
  Waiters(office_).wake(std::move(arrivals));
}

ReviewAnswer Reviews::list(std::string_view patient, std::int64_t after) const {
  const store::Snapshot snapshot = office_.store().snapshot();
  const fhir::Reference wanted =
      patient.empty() ? fhir::Reference() : fhir::Reference("Patient", id_of(patient));
  json::Arena arena;
  ReviewAnswer answer;
  std::vector<json::Value> reviews;
  json::Value next = json::Arena::null();
  for (const store::Review& review : snapshot.people().open_reviews(after)) {
    std::vector<fhir::Reference> patients = patients_of(review);
    if (!wanted.empty() && std::find(patients.begin(), patients.end(), wanted) == patients.end()) continue;
    if (reviews.size() == limits::reviews_on_page_max) {
      next = reviews.back()["id"];
      break;
    }
    reviews.push_back(listed(arena, review));
    answer.patients.insert(answer.patients.end(), patients.begin(), patients.end());
  }
  const json::Member members[] = {{"reviews", arena.array(reviews)}, {"next", next}};
  answer.json = json::write(arena.object(members));
  return answer;
}

Result<ReviewAnswer> Reviews::show(std::int64_t id) const {
  const store::Snapshot snapshot = office_.store().snapshot();
  const auto review = snapshot.people().review(id);
  if (!review) return problem(Kind::not_found, fmt::format("there is no review {}", id), "id");
  json::Arena arena;
  store::StoredRecord record(snapshot);
  return ReviewAnswer{json::write(shown(arena, *review, record)), patients_of(*review)};
}

Result<Reviews::Loaded> Reviews::load(std::int64_t id) const {
  const store::Snapshot snapshot = office_.store().snapshot();
  auto review = snapshot.people().review(id);
  if (!review) return problem(Kind::not_found, fmt::format("there is no review {}", id), "id");
  if (review->state != "open") return not_open(*review);
  return load(std::move(*review));
}

Result<Reviews::Loaded> Reviews::load(store::Review review) const {
  auto kept = KeptRecord::of(review, office_);
  if (!kept) return kept.error();
  return Loaded{std::move(review), std::move(*kept)};
}

Result<void> Reviews::write(const Made& made) {
  const auto receipts = office_.admission().admit_all({made.submission});
  if (!receipts.front()) return receipts.front().error();
  return {};
}

// If the write refuses a resource, that is an error of the record.
Problem Reviews::refused_write(const Loaded& loaded, const Made& made, const Problem& problem) {
  if (problem.kind != Kind::unprocessable) return problem;
  const mapping::Rejection rejection =
      loaded.kept.mapping().refused(loaded.kept.source(), made.mapped, problem);
  return handoff::problem(Kind::unprocessable, "the record is rejected: " + rejection.reason,
                          rejection.field);
}

// Takes the record in, or says why not. If a corrected record still contradicts, the correction is kept and
// the review stays open.
Result<ReviewAnswer> Reviews::take_in(Loaded& loaded, const std::optional<Decision>& decision,
                                      std::string_view state, const Ruling& ruling) {
  const store::Review& review = loaded.review;
  const std::string corrected =
      loaded.corrected.root() ? json::write(loaded.corrected.root()) : std::string();
  Taking taking = intake::take(loaded.record(), loaded.kept.stage(), office_.means(), decision);
  if (const auto* rejection = std::get_if<mapping::Rejection>(&taking))
    return problem(Kind::unprocessable, "the record is rejected: " + rejection->reason, rejection->field);
  if (const auto* waiting = std::get_if<mapping::Waiting>(&taking))
    return problem(Kind::conflict, fmt::format("the record waits for {} {}|{}", waiting->type,
                                               waiting->identifier.system, waiting->identifier.value));
  if (const auto* held = std::get_if<mapping::Held>(&taking)) {
    store::Batch batch;
    batch.people.revisions.push_back(
        {review.id, corrected, to_text(held->person), to_text(held->candidates)});
    batch.ledger.push_back(DecisionNote{state, ruling.actor, ruling.reason, review.id}.to_json());
    if (auto written = office_.store().commit_and_wait(std::move(batch)); !written) return written.error();
    return ReviewAnswer{still_open(review.id, *held), patients_of(review)};
  }
  Made& made = std::get<Made>(taking);
  if (!made.is_new) return problem(Kind::conflict, "the record was taken in meanwhile", "id");
  const fhir::Reference patient = made.mapped.patient;
  made.submission.actor = ruling.actor;
  made.submission.people.decisions.push_back(
      {review.id, std::string(state), id_of(patient), ruling.actor, ruling.reason, corrected});
  const DecisionNote note{state, ruling.actor, ruling.reason, review.id, patient};
  made.submission.ledger_notes.push_back(note.to_json());
  if (auto written = write(made); !written) return refused_write(loaded, made, written.error());
  tell(arrivals_of(made));
  const std::vector<std::int64_t> also = settle_others(made);
  return ReviewAnswer{taken_in(review.id, state, patient, also), {patient}};
}

// A decision may settle other reviews. If a record's person can be recognized now, the record is taken in. It
// may settle more reviews in turn.
std::vector<std::int64_t> Reviews::settle_others(const Made& made) {
  std::vector<std::int64_t> settled;
  Known known;
  known.add(made);
  for (bool again = true; again;) {
    again = false;
    for (store::Review& review : open_reviews()) {
      if (!known.may_settle(review)) continue;
      const std::int64_t id = review.id;
      auto loaded = load(std::move(review));
      if (!loaded) continue;
      Taking taking = intake::take(loaded->record(), loaded->kept.stage(), office_.means());
      auto* const next = std::get_if<Made>(&taking);
      if (!next || !next->is_new || !write(*next)) continue;  // it stays as it is
      settled.push_back(id);
      known.add(*next);
      again = true;
      tell(arrivals_of(*next));
    }
  }
  return settled;
}

std::vector<store::Review> Reviews::open_reviews() const {
  const store::Snapshot snapshot = office_.store().snapshot();
  return snapshot.people().open_reviews();
}

Result<ReviewAnswer> Reviews::same(std::int64_t id, std::string_view named, const Ruling& ruling) {
  const auto turn = office_.turn();
  auto loaded = load(id);
  if (!loaded) return loaded.error();
  const fhir::ResourceId patient = id_of(named);
  Taking taking = intake::take(loaded->record(), loaded->kept.stage(), office_.means());
  const auto* held = std::get_if<mapping::Held>(&taking);
  if (!is_candidate(loaded->review, held ? held->candidates : std::vector<identity::Candidate>{}, patient))
    return problem(Kind::incorrect, "is not a candidate of the review", "patient");
  const auto current = office_.store().snapshot().resources().read("Patient", patient);
  if (!current || current->deleted) return problem(Kind::incorrect, "no longer exists", "patient");
  return take_in(*loaded, Decision{patient}, "same", ruling);
}

Result<ReviewAnswer> Reviews::different(std::int64_t id, const Ruling& ruling) {
  const auto turn = office_.turn();
  auto loaded = load(id);
  if (!loaded) return loaded.error();
  return take_in(*loaded, Decision{}, "different", ruling);
}

Result<ReviewAnswer> Reviews::correct(std::int64_t id, const mapping::FieldTexts& fields,
                                      const Ruling& ruling) {
  const auto turn = office_.turn();
  if (fields.empty()) return problem(Kind::incorrect, "must name at least one field", "fields");
  auto loaded = load(id);
  if (!loaded) return loaded.error();
  json::Arena arena;
  const auto before =
      json::parse(loaded->review.corrected.empty() ? loaded->review.source : loaded->review.corrected);
  if (!before) return problem(Kind::fault, "the held record cannot be read");
  const auto values = loaded->kept.mapping().corrected(arena, before->root(), fields, office_.now());
  if (!values) return values.error();
  loaded->corrected = json::parse(json::write(*values)).value();
  return take_in(*loaded, std::nullopt, "corrected", ruling);
}

Result<ReviewAnswer> Reviews::split(std::string_view named, const Ruling& ruling) {
  const auto turn = office_.turn();
  const fhir::ResourceId id = id_of(named);
  const fhir::Reference patient("Patient", id);
  const auto tables = office_.means().tables;
  Split split(office_.store().snapshot(), id, *tables, office_.id_key());
  if (auto planned = split.plan(); !planned) return planned.error();
  admission::Submission submission = split.submission(ruling.actor);
  const DecisionNote note{"split", ruling.actor, ruling.reason, {}, patient, split.people()};
  submission.ledger_notes.push_back(note.to_json());
  if (const auto receipts = office_.admission().admit_all({submission}); !receipts.front())
    return receipts.front().error();
  std::vector<Arrival> arrivals;
  for (const auto& key : submission.identities) arrivals.push_back({"Patient", {key.system, key.value}});
  tell(arrivals);
  std::vector<std::string> mixed = split.moved();
  mixed.insert(mixed.end(), split.unassigned().begin(), split.unassigned().end());
  mixed.push_back(patient.text());
  const auto entries = office_.store().ledger_entries_with(json::write(json::Arena::borrow(patient)));
  return ReviewAnswer{split_json(split, patient, past_recipients(entries, patient, mixed)), split.people()};
}

}  // namespace handoff::intake
