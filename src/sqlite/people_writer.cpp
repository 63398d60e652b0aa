#include "sqlite/people_writer.h"

#include <algorithm>

namespace handoff::sqlite {
namespace {

std::int64_t ms(Instant instant) { return instant.time_since_epoch().count(); }

}  // namespace

PeopleWriter::PeopleWriter(const Connection& c)
    : open_(c, "SELECT 1 FROM review WHERE id = ?1 AND state = 'open'"),
      forget_(c, "DELETE FROM identity WHERE patient = ?1"),
      contribution_(c,
                    "INSERT INTO contribution (patient, feed, content, key, record, discloser, confirmed, "
                    "claim, resource) "
                    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (feed, content) DO UPDATE SET "
                    "patient = excluded.patient, "
                    "confirmed = max(confirmed, excluded.confirmed), claim = excluded.claim, resource = "
                    "excluded.resource RETURNING id"),
      made_(c, "INSERT OR IGNORE INTO contribution_resource VALUES (?1, ?2)"),
      hold_(c,
            "INSERT INTO review (feed, content, mapping, record, key, file, file_hash, source, corrected, "
            "claim, discloser, candidates, "
            "state, patient, decided_by, reason, held_ms, decided_ms) "
            "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, '', ?9, ?10, ?11, 'open', '', '', '', ?12, 0) ON "
            "CONFLICT (feed, content) DO UPDATE "
            "SET state = 'open', claim = excluded.claim, candidates = excluded.candidates WHERE state <> "
            "'open'"),
      decide_(c,
              "UPDATE review SET state = ?2, patient = ?3, decided_by = ?4, reason = ?5, decided_ms = ?6, "
              "corrected = CASE ?7 WHEN '' THEN "
              "corrected ELSE ?7 END "
              "WHERE id = ?1"),
      revise_(c, "UPDATE review SET corrected = ?2, claim = ?3, candidates = ?4 WHERE id = ?1"),
      move_(c, "UPDATE contribution SET patient = ?2 WHERE id = ?1"),
      resolve_(c,
               "UPDATE review SET state = 'resolved', decided_ms = ?3 WHERE feed = ?1 AND content = ?2 AND "
               "state = 'open'") {}

bool PeopleWriter::are_open(const PeopleChanges& changes) {
  const auto is_open = [this](std::int64_t review) {
    const Reset reset(open_);
    return open_.bind(1, review).step();
  };
  return std::all_of(changes.decisions.begin(), changes.decisions.end(),
                     [&](const auto& one) { return is_open(one.review); }) &&
         std::all_of(changes.revisions.begin(), changes.revisions.end(),
                     [&](const auto& one) { return is_open(one.review); });
}

void PeopleWriter::forget(const fhir::ResourceId& patient) { forget_.bind(1, patient).run(); }

void PeopleWriter::take(const PeopleChanges& changes, Instant now) {
  for (const Contribution& one : changes.contributions) add(one);
  for (const Review& one : changes.held) hold(one, now);
  for (const ReviewDecision& one : changes.decisions)
    decide_.bind(1, one.review)
        .bind(2, one.state)
        .bind(3, one.patient)
        .bind(4, one.by)
        .bind(5, one.reason)
        .bind(6, ms(now))
        .bind(7, one.corrected)
        .run();
  for (const ReviewRevision& one : changes.revisions)
    revise_.bind(1, one.review).bind(2, one.corrected).bind(3, one.claim).bind(4, one.candidates).run();
  for (const ContributionMove& one : changes.moves)
    move_.bind(1, one.contribution).bind(2, one.patient).run();
}

void PeopleWriter::add(const Contribution& one) {
  contribution_.bind(1, one.patient)
      .bind(2, one.feed)
      .bind(3, one.content)
      .bind(4, one.key)
      .bind(5, std::int64_t(one.record));
  contribution_.bind(6, one.discloser)
      .bind(7, one.confirmed ? 1 : 0)
      .bind(8, one.claim)
      .bind(9, one.resource);
  std::int64_t id = 0;
  {
    const Reset reset(contribution_);
    contribution_.step();
    id = contribution_.integer(0);
  }
  for (const std::string& reference : one.references) made_.bind(1, id).bind(2, reference).run();
}

void PeopleWriter::hold(const Review& one, Instant now) {
  hold_.bind(1, one.feed)
      .bind(2, one.content)
      .bind(3, one.mapping)
      .bind(4, std::int64_t(one.record))
      .bind(5, one.key);
  hold_.bind(6, one.file)
      .bind(7, one.file_hash)
      .bind(8, one.source)
      .bind(9, one.claim)
      .bind(10, one.discloser);
  hold_.bind(11, one.candidates).bind(12, ms(now)).run();
}

void PeopleWriter::resolve(std::string_view feed, std::string_view content, Instant now) {
  resolve_.bind(1, feed).bind(2, content).bind(3, ms(now)).run();
}

}  // namespace handoff::sqlite
