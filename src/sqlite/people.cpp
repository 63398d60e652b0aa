// The identities of people in a SQLite file.

#include <algorithm>

#include "sqlite/ports.h"

namespace handoff::sqlite {
namespace {

constexpr const char* review_columns =
    "SELECT id, feed, content, mapping, record, key, file, file_hash, source, corrected, claim, discloser, "
    "candidates, state, patient, "
    "decided_by, "
    "reason, held_ms, decided_ms FROM review ";

Instant instant(std::int64_t ms) { return Instant{std::chrono::milliseconds{ms}}; }

Review review_row(const Statement& row) {
  Review review;
  review.id = row.integer(0);
  std::string* const texts[] = {&review.feed, &review.content, &review.mapping};
  for (int i = 0; i < 3; ++i) *texts[i] = row.text(1 + i);
  review.record = std::size_t(row.integer(4));
  std::string* const more[] = {&review.key,       &review.file,       &review.file_hash,
                               &review.source,    &review.corrected,  &review.claim,
                               &review.discloser, &review.candidates, &review.state};
  int column = 5;
  for (std::string* text : more) *text = row.text(column++);
  review.patient = fhir::ResourceId(row.text(14));
  review.decided_by = row.text(15), review.reason = row.text(16);
  review.held = instant(row.integer(17));
  if (row.integer(18) != 0) review.decided = instant(row.integer(18));
  return review;
}

}  // namespace

std::vector<Contribution> SqlitePeople::contributions_of(const fhir::ResourceId& patient) const {
  std::vector<Contribution> found;
  Statement& s = reader_.prepared(
      "SELECT id, feed, content, key, record, discloser, confirmed, claim, resource FROM contribution WHERE "
      "patient = ?1 ORDER BY id");
  {
    const Reset reset(s);
    s.bind(1, patient);
    while (s.step()) {
      Contribution one;
      one.id = s.integer(0);
      one.patient = patient;
      one.feed = s.text(1), one.content = s.text(2), one.key = s.text(3);
      one.record = std::size_t(s.integer(4));
      one.discloser = s.text(5);
      one.confirmed = s.integer(6) != 0;
      one.claim = s.text(7), one.resource = s.text(8);
      found.push_back(std::move(one));
    }
  }
  return found;
}

std::vector<std::string> SqlitePeople::made_by(std::int64_t contribution) const {
  Statement& s = reader_.prepared("SELECT reference FROM contribution_resource WHERE contribution = ?1");
  const Reset reset(s);
  s.bind(1, contribution);
  std::vector<std::string> references;
  while (s.step()) references.emplace_back(s.text(0));
  return references;
}

std::vector<Review> SqlitePeople::open_reviews(std::int64_t after, std::size_t count) const {
  Statement& s =
      reader_.prepared(std::string(review_columns) + "WHERE state = 'open' AND id > ?1 ORDER BY id LIMIT ?2");
  const Reset reset(s);
  s.bind(1, after).bind(2, std::int64_t(std::min(count, std::size_t(INT64_MAX))));
  std::vector<Review> found;
  while (s.step()) found.push_back(review_row(s));
  return found;
}

std::optional<Review> SqlitePeople::review(std::int64_t id) const {
  Statement& s = reader_.prepared(std::string(review_columns) + "WHERE id = ?1");
  const Reset reset(s);
  if (!s.bind(1, id).step()) return std::nullopt;
  return review_row(s);
}

std::optional<Review> SqlitePeople::review_of(std::string_view feed, std::string_view content) const {
  Statement& s = reader_.prepared(std::string(review_columns) + "WHERE feed = ?1 AND content = ?2");
  const Reset reset(s);
  if (!s.bind(1, feed).bind(2, content).step()) return std::nullopt;
  return review_row(s);
}

}  // namespace handoff::sqlite
