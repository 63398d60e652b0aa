// Dates of consents that have passed: nothing is written, but somebody sees more or less.
#include <algorithm>
#include <future>
#include <memory>

#include "admission/admission.h"
#include "admission/announcement.h"
#include "admission/regrant.h"
#include "consent/fold.h"
#include "core/boundary.h"
#include "core/limits.h"
#include "core/log.h"
#include "json/document.h"
#include "store/grants.h"
#include "store/record.h"
#include "store/resources.h"

namespace handoff::admission {
namespace {

// The consents that have a date in this span, each as a change from a version to itself.
std::vector<Change> turned(std::span<const json::Value> consents, Instant first, Instant last) {
  std::vector<Change> found;
  for (const json::Value consent : consents) {
    const consent::Directive directive = consent::read_directive(consent);
    const std::vector<Instant> dates = consent::dates_of(directive);
    if (std::any_of(dates.begin(), dates.end(), [&](Instant date) { return first <= date && date <= last; }))
      found.push_back({consent, consent, directive.version});
  }
  return found;
}

// The earliest of the patient's dates that have passed; `now` if none has.
Instant first_passed(const store::Grants& grants, store::PatientNumber patient, Instant now) {
  Instant first = now;
  for (const store::ScopedRow& one : grants.of_patient(patient))
    if (one.row.until) first = std::min(first, *one.row.until);
  return first;
}

Result<store::Batch> batch_of(const store::Snapshot& snapshot, store::PatientNumber number,
                              const routing::Routes& routes, Instant now) {
  const fhir::ResourceId id = snapshot.resources().patient_id(number).value_or(fhir::ResourceId());
  const fhir::Reference patient("Patient", id);
  const Instant date = first_passed(snapshot.grants(), number, now);
  Regranted made = regranted_by_dates(snapshot, id, now);
  store::StoredRecord record(snapshot);
  ViewChangesByPatient views;
  views[patient] = {std::move(made.changes), std::move(made.consents_before), date};
  const std::vector<json::Value> consents = record.of_patient(patient, "Consent");
  const std::vector<Change> changes = turned(consents, date, now);
  auto rows = announce(routes, changes, views, record, now);
  if (!rows) return rows.error();
  store::Batch batch;
  batch.grants.push_back(std::move(made.grants));
  batch.outbox = std::move(*rows);
  batch.only_if.read_lists.push_back(snapshot.resources().list_of(id, "Consent"));
  return batch;
}

}  // namespace

std::size_t Admission::pass_dates() const {
  std::size_t folded = 0;
  for (auto after = store::PatientNumber::nobody;;) {
    std::vector<std::future<bool>> written;
    {
      const store::Snapshot snapshot = store_.snapshot();
      const Instant now = clock_.now();
      const std::vector<store::PatientNumber> patients =
          snapshot.grants().passed(now, after, limits::passed_dates_at_once);
      if (patients.empty()) return folded;
      after = patients.back();
      for (const store::PatientNumber patient : patients) {
        Result<store::Batch> batch = problem(Kind::fault, "it was not made");
        if (!runs_to_end("admission: dates of consents",
                         [&] { batch = batch_of(snapshot, patient, *routes_.now(), now); }))
          continue;
        if (!batch) {
          log::error("admission: dates of consents: " + batch.error().summary());
          continue;
        }
        auto done = std::make_shared<std::promise<bool>>();
        written.push_back(done->get_future());
        store_.commit(std::move(*batch), [done](const Result<store::Committed>& result) {
          done->set_value(result.has_value());
        });
      }
    }
    for (std::future<bool>& one : written) folded += one.get() ? 1 : 0;
  }
}

}  // namespace handoff::admission
