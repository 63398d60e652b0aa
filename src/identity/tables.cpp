#include "identity/tables.h"

#include <algorithm>

#include "core/csv.h"
#include "core/name_fold.h"
#include "core/text.h"

namespace handoff::identity {
namespace {

using Kind = Placeholders::Kind;

struct KindName {
  std::string_view name;
  std::vector<Kind> kinds;  // none: whole names
};

const std::vector<KindName>& kind_names() {
  static const std::vector<KindName> all = {{"birthDate", {Kind::birth_date}},
                                            {"medicaid", {Kind::medicaid}},
                                            {"link", {Kind::link}},
                                            {"number", {Kind::medicaid, Kind::link}},
                                            {"family", {Kind::family}},
                                            {"given", {Kind::given}},
                                            {"name", {Kind::family, Kind::given}},
                                            {"fullName", {}},
                                            {"sex", {Kind::sex}}};
  return all;
}

// Dates keep their hyphens. All other values are folded like names.
std::string compared(Kind kind, std::string_view value) {
  return kind == Kind::birth_date ? std::string(trim(value)) : fold_name(value);
}

std::string full_name(std::string_view family, std::string_view given) {
  return fold_name(family) + '|' + fold_name(given);
}

Problem flaw(std::size_t record, std::string what) {
  return problem(handoff::Kind::incorrect, "record " + std::to_string(record) + ": " + std::move(what));
}

bool is_header(std::span<const std::string_view> row, std::string_view first) {
  return trim(row[0]) == first;
}

}  // namespace

bool Placeholders::Values::has(std::string_view folded) const {
  if (whole.contains(folded)) return true;
  if (!folded.empty() && repeated.find(folded.front()) != repeated.npos &&
      folded.find_first_not_of(folded.front()) == folded.npos)
    return true;
  return std::any_of(beginnings.begin(), beginnings.end(),
                     [&](const std::string& beginning) { return folded.starts_with(beginning); });
}

void Placeholders::Values::add(std::string_view value, std::string folded) {
  if (value.size() == 2 && value.back() == '+') repeated += folded.substr(0, 1);
  else if (value.ends_with('*')) beginnings.push_back(folded.substr(0, folded.find_last_of('*')));
  else whole.insert(std::move(folded));
}

Result<Placeholders> Placeholders::read(std::string_view csv) {
  Placeholders made;
  const auto take = [&](std::size_t record, std::span<const std::string_view> row) -> Result<void> {
    if (row.size() != 3) return flaw(record, "three columns are needed: kind, value, why");
    if (record == 1 && is_header(row, "kind")) return {};
    const std::string_view value = trim(row[1]);
    const auto& names = kind_names();
    const auto named = std::find_if(names.begin(), names.end(),
                                    [&](const KindName& one) { return one.name == trim(row[0]); });
    if (named == names.end())
      return flaw(
          record,
          "the kind is \"" + shown_text(row[0]) +
              "\"; it must be birthDate, medicaid, link, number, family, given, name, fullName or sex");
    const bool is_whole = named->kinds.empty();
    const auto bar = value.find('|');
    if (value.empty() || value == "*") return flaw(record, "the value must not be empty or *");
    if (is_whole != (bar != value.npos))
      return flaw(record, "a fullName must be FAMILY|GIVEN, and only a fullName may contain |");
    if (is_whole) made.full_names_.add(value, full_name(value.substr(0, bar), value.substr(bar + 1)));
    for (const Kind kind : named->kinds) made.kinds_[kind].add(value, compared(kind, value));
    return {};
  };
  if (auto done = each_csv_row(csv, ',', take); !done) return done.error();
  return made;
}

bool Placeholders::has(Kind kind, std::string_view value) const {
  const auto found = kinds_.find(kind);
  if (value.empty()) return false;
  const std::string folded = compared(kind, value);
  return folded.empty() || (found != kinds_.end() && found->second.has(folded));  // hyphens alone are no name
}

bool Placeholders::has_full_name(std::string_view family, std::string_view given) const {
  return full_names_.has(full_name(family, given));
}

Result<Nicknames> Nicknames::read(std::string_view csv) {
  Nicknames made;
  const auto take = [&](std::size_t record, std::span<const std::string_view> row) -> Result<void> {
    if (row.size() != 2) return flaw(record, "two columns are needed: name, also");
    if (record == 1 && is_header(row, "name")) return {};
    std::vector<std::string_view> forms = split(row[1], ';');
    forms.push_back(row[0]);
    for (const std::string_view form : forms) {
      std::string folded = fold_name(form);
      if (folded.empty()) return flaw(record, "a name is empty");
      made.groups_[std::move(folded)].insert(record);
    }
    return {};
  };
  if (auto done = each_csv_row(csv, ',', take); !done) return done.error();
  return made;
}

bool Nicknames::are_alike(std::string_view a, std::string_view b) const {
  const auto first = groups_.find(a), second = groups_.find(b);
  if (first == groups_.end() || second == groups_.end()) return false;
  return std::any_of(first->second.begin(), first->second.end(),
                     [&](std::size_t row) { return second->second.contains(row); });
}

}  // namespace handoff::identity
