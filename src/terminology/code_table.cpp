// CodeSystem::read_table: a system from a table of codes (RFC 4180).
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/csv.h"
#include "core/text.h"
#include "terminology/code_system.h"

namespace handoff::terminology {
namespace {

constexpr std::array columns = {"system", "version", "code", "display", "parent", "inactive"};
enum class Column : std::size_t { system, version, code, display, parent, inactive };
constexpr std::size_t absent = std::size_t(-1);
using Places = std::array<std::size_t, columns.size()>;

const auto& at(const auto& by_column, Column column) { return by_column[std::size_t(column)]; }

Problem refused(std::string_view what) {
  return problem(Kind::incorrect, std::string(what), "CodeSystem.concept", "structure");
}

Problem at_record(std::size_t record, std::string_view what) {
  return refused(fmt::format("record {}: {}", record, what));
}

// The place of each column.
Result<Places> places_in(std::span<const std::string_view> header) {
  Places places;
  places.fill(absent);
  for (std::size_t i = 0; i < header.size(); ++i) {
    const auto found = std::find(columns.begin(), columns.end(), trim(header[i]));
    if (found != columns.end()) places[std::size_t(found - columns.begin())] = i;
  }
  for (const Column needed : {Column::system, Column::code, Column::display})
    if (at(places, needed) == absent)
      return at_record(1, fmt::format("the header lacks the column {}; the columns are {}",
                                      at(columns, needed), fmt::join(columns, ", ")));
  return places;
}

// Keeps copies of fields. All fields together are shorter than the table, so the text never moves and views
// into it stay valid.
class Kept {
 public:
  explicit Kept(std::size_t bytes_max) { text_->reserve(bytes_max); }
  std::string_view keep(std::string_view field) {
    const std::size_t begin = text_->size();
    text_->append(field);
    return std::string_view(*text_).substr(begin);
  }
  const std::shared_ptr<std::string>& text() const { return text_; }

 private:
  std::shared_ptr<std::string> text_ = std::make_shared<std::string>();
};

// One record's fields by column. Missing fields are empty.
struct Fields {
  const Places& places;
  std::span<const std::string_view> fields;
  std::string_view operator[](Column column) const {
    return at(places, column) < fields.size() ? trim(fields[at(places, column)]) : std::string_view();
  }
};

}  // namespace

Result<CodeSystem> CodeSystem::read_table(std::string_view csv) {
  constexpr std::string_view mark = "\xef\xbb\xbf";
  if (csv.starts_with(mark)) csv.remove_prefix(mark.size());
  if (!is_utf8(csv)) return refused("the table is not UTF-8");
  CodeSystem made;
  made.is_complete_ = true;
  Kept kept(csv.size());
  made.table_ = kept.text();
  std::optional<Places> places;
  // parents by record; they may come after their children
  std::vector<std::pair<std::string_view, std::size_t>> stated;
  const auto read =
      each_csv_row(csv, ',', [&](std::size_t record, std::span<const std::string_view> all) -> Result<void> {
        if (!places) {
          const auto found = places_in(all);
          if (!found) return found.error();
          places = *found;
          return {};
        }
        const Fields row{*places, all};
        if (made.url_.empty()) made.url_ = row[Column::system], made.version_ = row[Column::version];
        if (made.url_.empty())
          return at_record(record, "the first record must name the system of all codes by its URL");
        if (!row[Column::system].empty() && row[Column::system] != made.url_)
          return at_record(record, "another system: a table may hold only one");
        if (!row[Column::version].empty() && row[Column::version] != made.version_)
          return at_record(record, "another version: a table may hold only one");
        if (row[Column::code].empty()) return at_record(record, "no code");
        const Concept item{.code = kept.keep(row[Column::code]),
                           .display = kept.keep(row[Column::display]),
                           .is_inactive = row[Column::inactive] == "true"};
        if (auto added = made.add(item, {}); !added) return at_record(record, added.error().summary());
        stated.emplace_back(kept.keep(row[Column::parent]), record);
        return {};
      });
  if (!read) return read.error();
  if (made.concepts_.empty()) return refused("the table has no codes");
  for (std::size_t i = 0; i < stated.size(); ++i) {
    for (const std::string_view one : split(stated[i].first, '|')) {
      if (trim(one).empty()) continue;
      const Concept* const above = made.find(trim(one));
      if (!above)
        return at_record(stated[i].second,
                         fmt::format("its parent {} is not in the table", shown_text(trim(one))));
      made.parents_[i].push_back(made.place(*above));
    }
  }
  made.index_children();
  return made;
}

}  // namespace handoff::terminology
