#include "intake/waiters.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/log.h"
#include "intake/kept_record.h"
#include "store/intake_states.h"

namespace handoff::intake {

void Waiters::add(const TakenRecord& record, int stage, const mapping::Waiting& waiting) const {
  store::IntakeWaiting row;
  row.state = state_of(record, stage);
  row.type = waiting.type, row.system = waiting.identifier.system, row.value = waiting.identifier.value;
  row.mapping = record.mapping->name();
  row.record = record.source->number;
  row.key = record.source->key;
  row.file = record.file, row.file_hash = record.file_hash;
  row.source = json::write(record.source->values);
  row.replaces = !row.key.empty() && !record.mapping->is_series();
  store::Batch batch;
  batch.intake_waiting.push_back(std::move(row));
  if (auto written = office_.store().commit_and_wait(std::move(batch)); !written)
    log::warn("intake: a record that waits was not stored");
}

std::vector<Arrival> Waiters::wake(std::vector<Arrival> arrivals) {
  std::vector<Arrival> all;
  while (!arrivals.empty()) {
    std::vector<store::IntakeWaiting> ready;
    {
      const store::Snapshot snapshot = office_.store().snapshot();
      for (const Arrival& came : arrivals)
        for (store::IntakeWaiting& waiting :
             snapshot.intake().waiting(came.type, came.identifier.system, came.identifier.value)) {
          const auto is_known = [&](const store::IntakeWaiting& other) {
            return other.state == waiting.state;
          };
          if (std::none_of(ready.begin(), ready.end(), is_known)) ready.push_back(std::move(waiting));
        }
    }
    arrivals.clear();
    // If several are states of one thing, the newest is written last.
    std::stable_sort(ready.begin(), ready.end(),
                     [](const auto& a, const auto& b) { return a.state.stage_ms < b.state.stage_ms; });
    for (const store::IntakeWaiting& waiting : ready)
      for (Arrival& came : take_in(waiting)) arrivals.push_back(std::move(came));
    all.insert(all.end(), arrivals.begin(), arrivals.end());
  }
  return all;
}

void Waiters::give_up(const store::IntakeWaiting& waiting) const {
  store::Batch batch;
  batch.intake_given_up.push_back(waiting.state);
  if (auto written = office_.store().commit_and_wait(std::move(batch)); !written)
    log::warn("intake: a record that no longer waits is still stored as waiting");
}

// A record that cannot be read keeps waiting, because its mapping may come back.
std::vector<Arrival> Waiters::take_in(const store::IntakeWaiting& waiting) {
  const auto kept = KeptRecord::of(waiting, office_);
  if (!kept) {
    log::warn(fmt::format("intake: record {} of {} keeps waiting: its mapping cannot be read", waiting.record,
                          waiting.state.feed));
    return {};
  }
  const TakenRecord record = kept->record();
  Taking taking = intake::take(record, kept->stage(), office_.means());
  const auto reject = [&](mapping::Rejection rejection) {
    rejection.record = waiting.record;
    if (rejection.key.empty()) rejection.key = waiting.key;
    woken_.rejected.emplace_back(waiting.state.feed, std::move(rejection));
    give_up(waiting);
    return std::vector<Arrival>();
  };
  if (const auto* still = std::get_if<mapping::Waiting>(&taking)) {
    add(record, kept->stage(), *still);
    return {};
  }
  if (auto* rejection = std::get_if<mapping::Rejection>(&taking)) return reject(std::move(*rejection));
  if (const auto* held = std::get_if<mapping::Held>(&taking)) {
    ++woken_.held;
    store::Batch batch;
    batch.people.held.push_back(review_of(record, *held));
    batch.intake_given_up.push_back(waiting.state);
    if (auto written = office_.store().commit_and_wait(std::move(batch)); !written)
      log::warn("intake: a record was not held for a review");
    return {};
  }
  const Made& made = std::get<Made>(taking);
  if (!made.is_new) return give_up(waiting), std::vector<Arrival>();
  const auto receipts = office_.admission().admit_all({made.submission});
  // it keeps waiting
  if (!receipts.front() && receipts.front().error().kind != Kind::unprocessable) return {};
  if (!receipts.front())
    return reject(kept->mapping().refused(kept->source(), made.mapped, receipts.front().error()));
  ++woken_.taken;
  return arrivals_of(made);
}

}  // namespace handoff::intake
