// Records that were taken in, records that wait, and settings, in a SQLite file.
#include "sqlite/ports.h"

namespace handoff::sqlite {
namespace {

constexpr const char* waiting_columns =
    "SELECT feed, content, stage_ms, type, system, value, mapping, record, key, file, file_hash, source FROM "
    "intake_waiting ";

std::vector<IntakeWaiting> waiting_rows(Statement& row) {
  std::vector<IntakeWaiting> found;
  while (row.step()) {
    IntakeWaiting one;
    one.state.feed = row.text(0), one.state.content = row.text(1), one.state.stage_ms = row.integer(2);
    one.type = row.text(3), one.system = row.text(4), one.value = row.text(5);
    one.mapping = row.text(6);
    one.record = std::size_t(row.integer(7));
    one.key = row.text(8), one.file = row.text(9), one.file_hash = row.text(10), one.source = row.text(11);
    found.push_back(std::move(one));
  }
  return found;
}

}  // namespace

bool SqliteIntakeStates::has(const IntakeState& state) const {
  Statement& s =
      reader_.prepared("SELECT 1 FROM intake_state WHERE feed = ?1 AND content = ?2 AND stage_ms = ?3");
  const Reset reset(s);
  return s.bind(1, state.feed).bind(2, state.content).bind(3, state.stage_ms).step();
}

std::int64_t SqliteIntakeStates::newest(std::string_view feed, std::string_view key) const {
  Statement& s = reader_.prepared(
      "SELECT coalesce(max(stage_ms), -1) FROM intake_state WHERE feed = ?1 AND key = ?2 AND key IS NOT "
      "NULL");
  const Reset reset(s);
  s.bind(1, feed).bind(2, key).step();
  return s.integer(0);
}

std::vector<IntakeWaiting> SqliteIntakeStates::waiting() const {
  Statement& s = reader_.prepared(std::string(waiting_columns) + "ORDER BY id");
  const Reset reset(s);
  return waiting_rows(s);
}

std::vector<IntakeWaiting> SqliteIntakeStates::waiting(std::string_view type, std::string_view system,
                                                       std::string_view value) const {
  Statement& s = reader_.prepared(std::string(waiting_columns) +
                                  "WHERE value = ?1 AND system = ?2 AND type = ?3 ORDER BY id");
  const Reset reset(s);
  s.bind(1, value).bind(2, system).bind(3, type);
  return waiting_rows(s);
}

std::optional<std::string> SqliteSettings::find(std::string_view name) const {
  Statement& s = reader_.setting;
  const Reset reset(s);
  if (!s.bind(1, name).step()) return std::nullopt;
  return std::string(s.text(0));
}

}  // namespace handoff::sqlite
