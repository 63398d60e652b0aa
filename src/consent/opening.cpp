#include "consent/opening.h"

#include <algorithm>

namespace handoff::consent {
namespace {

// Any instant will do: a class holds only what is in force, so no time is compared any more.
constexpr Instant some_instant{};

bool includes(const std::vector<std::string>& all, const std::vector<std::string>& some) {
  return std::all_of(some.begin(), some.end(),
                     [&](const auto& one) { return std::find(all.begin(), all.end(), one) != all.end(); });
}

// Each discloser shows its own part of a Patient, so one more discloser shows more.
bool shows_more(const Row& row, const RowDecision& now, const RowDecision& then) {
  if (!now.permit) return false;
  if (!then.permit || !includes(then.bookings, now.bookings)) return true;
  return row.type == "Patient" && !includes(then.disclosers, now.disclosers);
}

}  // namespace

Opens opens(std::string_view recipient, std::string_view purpose, std::string_view class_before,
            std::string_view class_after, std::span<const Row> rows) {
  Opens opened;
  if (class_before == class_after) return opened;
  const auto before = directives_of_class(class_before, recipient),
             after = directives_of_class(class_after, recipient);
  if (!after) return opened;
  const Asker asker{std::string(recipient), {}, std::string(purpose), some_instant};
  bool sees_other = false;
  Opens of_patient;
  for (const Row& row : rows) {
    if (row.asks) continue;
    const RowDecision now = decide_row(asker, row, *after),
                      then = before ? decide_row(asker, row, *before) : RowDecision{};
    if (row.type == "Consent") {
      // a Consent of other disclosers does not show the Patient to its recipients
      sees_other |= now.permit && now.internal;
      continue;
    }
    Opens& of = row.type == "Patient" ? of_patient : opened;
    sees_other |= row.type != "Patient" && now.permit;
    if (!shows_more(row, now, then)) continue;
    of.more |= !now.internal;
    of.own |= std::find(now.disclosers.begin(), now.disclosers.end(), recipient) != now.disclosers.end();
  }
  if (!sees_other) return opened;
  return {opened.more || of_patient.more, opened.own || of_patient.own};
}

std::vector<Row> rows_of(std::span<const std::string> shapes) {
  std::vector<Row> rows;
  for (const std::string& shape : shapes)
    if (auto row = row_of(shape)) rows.push_back(std::move(*row));
  return rows;
}

void Gained::note(const Opens& opened, Instant at) {
  if (opened.more) more = std::max(more, at);
  if (opened.own) own = std::max(own, at);
}

void Gained::note(const Gained& other) {
  more = std::max(more, other.more);
  own = std::max(own, other.own);
}

Passed pass(const Asker& asker, Class stood, std::span<const Directive> directives,
            std::string_view recipient, std::span<const Row> rows) {
  Passed passed{std::move(stood), {}};
  Asker then = asker;
  while (passed.now.until && *passed.now.until <= asker.at) {
    then.at = *passed.now.until;
    Class next = fold(then, directives);
    passed.gained.note(opens(recipient, asker.purpose, passed.now.text, next.text, rows), then.at);
    passed.now = std::move(next);
  }
  return passed;
}

}  // namespace handoff::consent
