#include "store/reader.h"

#include <sqlite3.h>

#include <cstdlib>

#include "core/hash.h"
#include "store/search.h"
#include "store/types.h"

namespace handoff::store {
namespace {

// As many shapes of searches are kept prepared; more than clients of one kind ask, few enough to hold.
constexpr std::size_t searches_max = 128;

// visible(vis, pk): what the search's Visibility says of a row. Closed where there is none: the clause is never left in by
// chance. Index tables have -pk and give it as it stands: an operation less for every row.
void answer_visible(sqlite3_context* context, int, sqlite3_value** values) {
  const auto* reader = static_cast<const Reader*>(sqlite3_user_data(context));
  const std::int64_t vis = sqlite3_value_int64(values[0]), pk = std::abs(sqlite3_value_int64(values[1]));
  try {
    const bool seen = reader->visibility && reader->visibility->visible(vis >> 16, std::uint32_t(vis & 0xFFFF), pk);
    sqlite3_result_int(context, seen ? 1 : 0);
  } catch (const TimeOver&) {
    sqlite3_result_error_code(context, SQLITE_INTERRUPT);
  } catch (...) {  // C code is no place for it; the statement fails, and the search with it
    sqlite3_result_error(context, "visibility could not be decided", -1);
  }
}

// shown_ms(type, patient, pk, version, updated_ms, at_least): see Visibility.
void answer_shown_ms(sqlite3_context* context, int, sqlite3_value** values) {
  const auto* reader = static_cast<const Reader*>(sqlite3_user_data(context));
  const auto number = [&](int place) { return sqlite3_value_int64(values[place]); };
  const RowTime row{type_name(number(0)), number(1), number(2), std::uint32_t(number(3)), number(4)};
  try {
    if (!reader->visibility) return sqlite3_result_error(context, "nobody asks", -1);
    sqlite3_result_int64(context, reader->visibility->shown_ms(row, number(5)));
  } catch (const TimeOver&) {
    sqlite3_result_error_code(context, SQLITE_INTERRUPT);
  } catch (...) {
    sqlite3_result_error(context, "the time could not be told", -1);
  }
}

// reference_hash(type, id): as the rows of references to this resource have it.
void answer_reference_hash(sqlite3_context* context, int, sqlite3_value** values) {
  const std::string_view type = type_name(sqlite3_value_int64(values[0]));
  const auto* id = reinterpret_cast<const char*>(sqlite3_value_text(values[1]));
  if (!id) return sqlite3_result_null(context);
  std::string reference;
  reference.append(type).append("/").append(id, std::size_t(sqlite3_value_bytes(values[1])));
  sqlite3_result_int64(context, std::int64_t(hash64(reference)));
}

}  // namespace

void Reader::register_functions() {
  constexpr int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
  const auto add = [&](const char* name, int values, void (*answer)(sqlite3_context*, int, sqlite3_value**)) {
    if (sqlite3_create_function_v2(connection.handle(), name, values, flags, this, answer, nullptr, nullptr, nullptr) != SQLITE_OK)
      throw StoreFailure(std::string("store: a function cannot be registered: ") + name);
  };
  add("visible", 2, answer_visible);
  add("shown_ms", 6, answer_shown_ms);
  add("reference_hash", 2, answer_reference_hash);
}

void Reader::watch_deadline() {
  constexpr int operations = 1'000;  // of SQLite's machine, between two looks: about 20 us
  const auto is_over = [](void* reader) { return static_cast<const Reader*>(reader)->deadline.passed() ? 1 : 0; };
  sqlite3_progress_handler(connection.handle(), operations, is_over, this);
}

Statement& Reader::prepared(const std::string& sql) {
  const auto known = searches_.find(sql);
  if (known != searches_.end()) return known->second;
  return searches_.emplace(sql, Statement(connection, sql)).first->second;
}

void Reader::forget_many() {
  if (searches_.size() > searches_max) searches_.clear();
}

}  // namespace handoff::store
