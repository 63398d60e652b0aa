#include "disclosure/scope.h"

#include <algorithm>

#include "consent/fold.h"
#include "consent/opening.h"
#include "store/grants.h"
#include "store/record.h"
#include "store/resources.h"

namespace handoff::disclosure {
namespace {

// Unused classes are dropped once there are more of them than used ones plus this number.
constexpr std::size_t unused_max = 256;

// For how many patients the parsed consents are kept, for each audience: a few kilobytes each.
constexpr std::size_t read_patients_max = 4096;

// For how many versions the times are kept, for each audience: a hundred bytes each.
constexpr std::size_t shown_versions_max = 65'536;

constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();

std::int64_t ms_of(const std::optional<Instant>& instant) {
  return instant ? std::int64_t(instant->time_since_epoch().count()) : never;
}

std::uint32_t number_of(Classes& classes, const std::string& provisions) {
  const auto found = classes.numbers.find(provisions);
  if (found != classes.numbers.end()) return found->second;
  const auto number = std::uint32_t(classes.decisions.size());
  classes.decisions.push_back(std::make_shared<Decisions>(provisions));
  classes.numbers.emplace(provisions, number);
  return number;
}

void set(Classes::Said& said, store::PatientNumber patient, std::uint32_t number, std::int64_t until_ms,
         const consent::Gained& gained) {
  const auto place = std::size_t(patient);
  if (place >= said.classes.size()) {
    if (number == 0 && until_ms == never && std::max(gained.more, gained.own) == Instant{}) return;
    said.classes.resize(place + 1, 0);
    said.until_ms.resize(place + 1, never);
    said.gained.resize(place + 1);
  }
  said.classes[place] = number;
  said.until_ms[place] = until_ms;
  said.gained[place] = gained;
}

void apply(Classes& classes, Classes::Said& said, const store::Grants& grants, const store::GrantRow& row) {
  const std::uint32_t number =
      number_of(classes, grants.class_text(row.decision_class).value_or(std::string()));
  set(said, row.patient, number, ms_of(row.until), {row.gained, row.gained_own});
}

std::vector<store::PatientNumber> patients_of(const Classes::Said& said) {
  std::vector<store::PatientNumber> patients;
  for (std::size_t patient = 0; patient < said.classes.size(); ++patient)
    if (said.classes[patient] != 0) patients.push_back(store::PatientNumber(patient));
  return patients;
}

// Computes what follows from the classes: their patients, how long they hold, and which are in use.
void settle(Classes& classes) {
  std::vector<bool> had(classes.decisions.size());
  for (const Classes::Said* said : {&classes.own, &classes.anyone, &classes.naming})
    for (const std::uint32_t number : said->classes) had[number] = true;
  classes.used = std::size_t(std::count(had.begin(), had.end(), true));
  classes.earliest_until_ms = never;
  classes.patients = patients_of(classes.own);
  classes.naming_patients = patients_of(classes.naming);
  classes.last_gain = {};
  for (const Classes::Said* said : {&classes.own, &classes.anyone})
    for (const consent::Gained& gained : said->gained)
      classes.last_gain = std::max({classes.last_gain, gained.more, gained.own});
  for (const Classes::Said* said : {&classes.own, &classes.anyone})
    for (const std::int64_t until_ms : said->until_ms)
      classes.earliest_until_ms = std::min(classes.earliest_until_ms, until_ms);
}

}  // namespace

Decisions::~Decisions() {
  for (const auto& page : pages_) delete page.load(std::memory_order_relaxed);
}

ShapeSight Decisions::of(std::uint32_t shape) const {
  const Page* const page = pages_[shape / page_size % page_size].load(std::memory_order_acquire);
  return page ? (*page)[shape % page_size].load(std::memory_order_relaxed) : ShapeSight::unknown;
}

// Two threads may compute the same decision at once; both get the same result.
void Decisions::remember(std::uint32_t shape, ShapeSight sight) {
  std::atomic<Page*>& place = pages_[shape / page_size % page_size];
  Page* page = place.load(std::memory_order_acquire);
  if (!page) {
    auto made = std::make_unique<Page>();
    if (place.compare_exchange_strong(page, made.get(), std::memory_order_acq_rel)) page = made.release();
  }
  (*page)[shape % page_size].store(sight, std::memory_order_relaxed);
}

Decisions& Classes::of_patient(store::PatientNumber patient) const {
  const auto place = std::size_t(patient);
  std::uint32_t number = place < own.classes.size() ? own.classes[place] : 0;
  if (number == 0 && place < anyone.classes.size()) number = anyone.classes[place];
  return *decisions[number];
}

consent::Gained Classes::gained_of(store::PatientNumber patient) const {
  const auto place = std::size_t(patient);
  consent::Gained gained = place < own.gained.size() ? own.gained[place] : consent::Gained{};
  // what is said to anyone releases nothing of other disclosers
  if (place < anyone.gained.size()) gained.note({{}, anyone.gained[place].own});
  return gained;
}

Instant Classes::consented_of(store::PatientNumber patient) const {
  const auto place = std::size_t(patient);
  return place < naming.gained.size() ? naming.gained[place].more : Instant{};
}

std::shared_ptr<Classes> Scope::build(const store::Grants& grants) const {
  auto classes = std::make_shared<Classes>();
  number_of(*classes, {});
  classes->version = grants.consent_version();
  for (const auto& row : grants.of_scope(audience_.recipient, audience_.purpose))
    apply(*classes, classes->own, grants, row);
  for (const auto& row : grants.of_scope(consent::anyone, audience_.purpose))
    apply(*classes, classes->anyone, grants, row);
  for (const auto& row : grants.of_scope(audience_.recipient, consent::naming))
    apply(*classes, classes->naming, grants, row);
  return classes;
}

void Scope::refresh(Classes& classes, const store::Grants& grants) const {
  const auto take = [&](Classes::Said& said, std::string_view recipient, std::string_view purpose) {
    for (const store::GrantChange& change : grants.changed_since(classes.version, recipient, purpose)) {
      if (change.now) apply(classes, said, grants, *change.now);
      else set(said, change.patient, 0, never, {});
    }
  };
  take(classes.own, audience_.recipient, audience_.purpose);
  take(classes.anyone, consent::anyone, audience_.purpose);
  take(classes.naming, audience_.recipient, consent::naming);
  classes.version = grants.consent_version();
}

// A period began or ended since the class was folded. It is folded again, only in this cache, at each date
// that has passed.
void Scope::fold_due(Classes& classes, const store::Snapshot& snapshot, Instant now) const {
  const std::int64_t now_ms = now.time_since_epoch().count();
  const auto fold_said = [&](Classes::Said& said, const std::string& recipient) {
    for (std::size_t patient = 0; patient < said.until_ms.size(); ++patient) {
      if (said.until_ms[patient] > now_ms) continue;
      store::StoredRecord record(snapshot);
      const store::PatientNumber number{std::int64_t(patient)};
      const fhir::Reference of("Patient",
                               snapshot.resources().patient_id(number).value_or(fhir::ResourceId()));
      std::vector<consent::Directive> directives;
      for (const json::Value consent : record.of_patient(of, "Consent"))
        directives.push_back(consent::read_directive(consent));
      const Instant until{std::chrono::milliseconds{said.until_ms[patient]}};
      const std::vector<consent::Row> rows = consent::rows_of(store::shapes_of(snapshot, number));
      consent::Passed passed = consent::pass({recipient, {}, audience_.purpose, now},
                                             {classes.decisions[said.classes[patient]]->provisions(), until},
                                             directives, audience_.recipient, rows);
      passed.gained.note(said.gained[patient]);
      set(said, number, number_of(classes, passed.now.text), ms_of(passed.now.until), passed.gained);
      classes.since_ms = now_ms;
    }
  };
  fold_said(classes.own, audience_.recipient);
  fold_said(classes.anyone, std::string(consent::anyone));
}

std::shared_ptr<const Classes> Scope::at(const store::Snapshot& snapshot, Instant now) {
  const std::lock_guard hold(mutex_);
  const store::Grants& grants = snapshot.grants();
  const std::int64_t version = grants.consent_version();
  const std::int64_t now_ms = now.time_since_epoch().count();
  const bool holds = current_ && current_->since_ms <= now_ms;
  if (holds && current_->version == version && now_ms < current_->earliest_until_ms) return current_;
  // an older snapshot gets its own state, which is not shared
  const bool is_older = current_ && version < current_->version;
  const bool is_worn = current_ && current_->decisions.size() > 2 * current_->used + unused_max;
  std::shared_ptr<Classes> next =
      holds && !is_older && !is_worn ? std::make_shared<Classes>(*current_) : build(grants);
  if (next->version < version) refresh(*next, grants);
  fold_due(*next, snapshot, now);
  settle(*next);
  if (!is_older) current_ = next;
  return next;
}

Directives Scope::directives_of(const store::Snapshot& snapshot, const fhir::Reference& patient) {
  const store::ReadList list = snapshot.resources().list_of(patient.id(), "Consent");
  {
    const std::lock_guard hold(read_mutex_);
    const auto known = read_.find(patient);
    if (known != read_.end() && known->second.newest_pk == list.newest_pk &&
        known->second.count == list.count)
      return known->second.directives;
  }
  auto directives = std::make_shared<std::vector<consent::Directive>>();
  store::StoredRecord record(snapshot);
  for (const json::Value consent : record.of_patient(patient, "Consent"))
    directives->push_back(consent::read_directive(consent));
  const std::lock_guard hold(read_mutex_);
  if (read_.size() >= read_patients_max) read_.clear();
  read_[patient] = {list.newest_pk, list.count, directives};
  return directives;
}

std::optional<Instant> Scope::shown_since(store::Pk pk, std::string_view version) {
  const std::lock_guard hold(shown_mutex_);
  const auto known = shown_.find(pk);
  return known != shown_.end() && known->second.version == version ? std::optional(known->second.since)
                                                                   : std::nullopt;
}

void Scope::remember_shown(store::Pk pk, const std::string& version, Instant since) {
  const std::lock_guard hold(shown_mutex_);
  if (shown_.size() >= shown_versions_max) shown_.clear();
  shown_[pk] = {version, since};
}

bool Scope::discloses(const store::Snapshot& snapshot) {
  const std::lock_guard hold(mutex_);
  const store::Grants& grants = snapshot.grants();
  const std::uint32_t last = grants.last_shape();
  if (last + 1 >= store::closed_shape) return true;  // rows without a shape cannot tell
  while (shapes_seen_ < last && !discloses_) {
    const auto row = consent::row_of(grants.shape_text(++shapes_seen_).value_or(std::string()));
    if (row)
      discloses_ = std::find(row->disclosers.begin(), row->disclosers.end(), audience_.recipient) !=
                   row->disclosers.end();
  }
  return discloses_;
}

}  // namespace handoff::disclosure
