#include "consent/telling_names.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

#include "consent/codes.h"
#include "consent/read_text.h"
#include "consent/signals.h"
#include "core/csv.h"
#include "core/text.h"
#include "fhir/reference.h"

namespace handoff::consent {
namespace {

using json::Member;
using json::Value;

constexpr std::string_view header[] = {"match", "system", "value", "family"};
constexpr int belonging_max = 4;  // stops a circle of partOf

bool contains(const auto& all, std::string_view one) {
  return std::find(std::begin(all), std::end(all), one) != std::end(all);
}

// Members whose strings people read.
constexpr std::string_view read_members[] = {
    "text",    "div",        "display",     "title",         "description",
    "name",    "alias",      "comment",     "detail",        "patientInstruction",
    "summary", "conclusion", "valueString", "contentString", "valueMarkdown"};
// The person's own name and number say nothing about a facility.
constexpr std::string_view skipped_members[] = {"meta", "subject", "patient"};

// Types of directory entries, and the members by which one entry belongs to another.
constexpr std::string_view entry_types[] = {"Organization",           "HealthcareService", "Location",
                                            "PractitionerRole",       "Practitioner",      "Endpoint",
                                            "OrganizationAffiliation"};
constexpr std::string_view belonging_members[] = {
    "providedBy", "managingOrganization",      "organization", "partOf",
    "location",   "participatingOrganization", "practitioner", "healthcareService"};
// In this system, the business identifier of an Organization is its id.
constexpr std::string_view organization_system = "https://handoff.example.org/id/organization";

bool fits(std::string_view pattern, std::string_view word) {
  return pattern.ends_with('*') ? word.starts_with(pattern.substr(0, pattern.size() - 1)) : word == pattern;
}

// The words of a row. A word that ends in * keeps the star.
std::vector<std::string> pattern_of(std::string_view value) {
  std::vector<std::string> words;
  for (const std::string_view part : split(value, ' ')) {
    const Words some(part);
    words.insert(words.end(), some.all().begin(), some.all().end());
    if (!some.all().empty() && part.ends_with('*')) words.back() += '*';
  }
  return words;
}

// A star stands for the rest of a word, so it must be at the end of a word.
bool has_stray_star(std::string_view value) {
  const auto is_of_word = [](char c) {
    return static_cast<unsigned char>(c) >= 0x80 || std::isalnum(static_cast<unsigned char>(c));
  };
  for (std::size_t i = 0; i < value.size(); ++i)
    if (value[i] == '*' &&
        (i == 0 || !is_of_word(value[i - 1]) || (i + 1 < value.size() && value[i + 1] != ' ')))
      return true;
  return false;
}

// One letter or digit, with or without a star, would match nearly every text.
bool is_one_letter(std::span<const std::string> words) {
  const auto begins_letter = [](char c) { return c != '*' && (c & 0xC0) != 0x80; };
  return words.size() == 1 && std::count_if(words[0].begin(), words[0].end(), begins_letter) == 1;
}

}  // namespace

Result<void> TellingNames::add(std::span<const std::string_view> fields) {
  const auto refused = [](std::string why) { return problem(Kind::incorrect, std::move(why)); };
  if (fields.size() != std::size(header))
    return refused("must have the columns match, system, value, family");
  const std::string_view match = trim(fields[0]), system = trim(fields[1]), value = trim(fields[2]),
                         family = trim(fields[3]);
  if (!is_sensitivity(family))
    return refused("the family must be SUD, HIV, SDV, MH, JI, or a sensitivity of v3-ActCode");
  if (value.empty()) return refused("there is no value");
  if (match == "type" || match == "specialty") {
    if (system.empty()) return refused("a code needs its system");
    codes_[code_system(system)][std::string(value)] = family;
    return {};
  }
  if (match != "name" && match != "text" && match != "word")
    return refused("the match must be name, text, word, type or specialty");
  if (!system.empty()) return refused("with match name, text or word the system must be empty");
  const bool as_written = match == "word";
  const std::string read = as_written ? as_read(value) : lower(as_read(value));
  const std::vector<std::string> words = pattern_of(read);
  if (words.empty()) return refused("there is no word in the value");
  if (has_stray_star(read)) return refused("a star is allowed only at the end of a word");
  if (is_one_letter(words))
    return refused("a single letter is not allowed, because nearly every text has it");
  const std::string first = words.front();
  Table& rows = as_written ? as_written_ : any_case_;
  const Row row{{words.begin() + 1, words.end()}, std::string(family), match == "name"};
  if (first.ends_with('*'))
    rows.by_beginning[static_cast<unsigned char>(first.front())].emplace_back(first, row);
  else rows.by_first[first].push_back(row);
  return {};
}

Result<TellingNames> TellingNames::read(std::string_view csv, std::string_view file) {
  TellingNames names;
  Problem found{Kind::incorrect, {}};
  bool has_header = false;
  std::size_t number = 0;
  for (const std::string_view line : split(csv, '\n')) {
    ++number;
    if (trim(line).empty() || line.starts_with('#')) continue;
    const auto taken =
        each_csv_row(line, ',', [&](std::size_t, std::span<const std::string_view> fields) -> Result<void> {
          if (has_header) return names.add(fields);
          has_header = true;
          const auto is_same = [](std::string_view field, std::string_view name) {
            return trim(field) == name;
          };
          if (std::equal(fields.begin(), fields.end(), std::begin(header), std::end(header), is_same))
            return {};
          return problem(Kind::incorrect, "the first line must be match,system,value,family");
        });
    if (!taken)
      found.issues.push_back(problem(Kind::incorrect, std::string(file) + ":" + std::to_string(number) +
                                                          ": " + taken.error().issues.front().diagnostics)
                                 .issues.front());
  }
  if (!has_header) return problem(Kind::incorrect, std::string(file) + ": there is no table");
  if (!found.issues.empty()) return found;
  return names;
}

void TellingNames::match(const Table& rows, std::span<const std::string_view> words, bool is_name,
                         Families& found) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto try_row = [&](const Row& row) {
      if ((row.names_only && !is_name) || row.words.size() > words.size() - i - 1) return;
      if (std::equal(row.words.begin(), row.words.end(), words.begin() + std::ptrdiff_t(i) + 1, fits))
        found.insert(row.family);
    };
    if (const auto exact = rows.by_first.find(words[i]); exact != rows.by_first.end())
      for (const Row& row : exact->second) try_row(row);
    for (const auto& [beginning, row] : rows.by_beginning[static_cast<unsigned char>(words[i].front())])
      if (fits(beginning, words[i])) try_row(row);
  }
}

void TellingNames::match_text(std::string_view text, bool is_name, Families& found) const {
  if (trim(text) == "NA") return;  // not applicable
  const std::string read = as_read(text);
  Words words(read);
  match(as_written_, words.all(), is_name, found);
  if (is_ascii(read)) words.lower_ascii();
  else return match(any_case_, Words(lower(read)).all(), is_name, found);
  match(any_case_, words.all(), is_name, found);
}

// Reads one resource and what it refers to.
class NameReader {
 public:
  NameReader(const TellingNames& names, const TellingNames::Read& read) : names_(names), read_(read) {}

  // A resource of a person: every string that people read, every code, every reference. Depth is bounded by
  // the parser's limit.
  void person(Value value) { walk(value, false); }

  void entry(Value value, int left) {
    walk(value, true);
    for (const std::string_view name : belonging_members) {
      const Value member = value[name];
      follow(member, left);
      for (const Value item : member.items()) follow(item, left);
    }
  }

  TellingNames::Families found;

 private:
  void follow(Value reference, int left) {
    refer(fhir::local_reference(reference["reference"].text()), left - 1);
  }

  void refer(const std::string& target, int left) {
    if (left <= 0 || !contains(entry_types, std::string_view(target).substr(0, target.find('/')))) return;
    if (!seen_.insert(target).second) return;
    if (const Value found_entry = read_(target)) entry(found_entry, left);
  }

  // `is_entry`: the value is of the directory; only entry() follows its references.
  void walk(Value value, bool is_entry) {
    if (const auto attached = attached_text(value)) names_.match_text(*attached, is_entry, found);
    Value system, code;
    for (const Member& member : value.members()) {
      if (member.value.is_string()) {
        if (member.key == "reference") person_refers(member.value, is_entry);
        else if (member.key == "code") code = member.value;
        else if (member.key == "system") system = member.value;
        else if (contains(read_members, member.key)) names_.match_text(member.value.text(), is_entry, found);
        // a name that is not a string is a person's
      } else if (!contains(skipped_members, member.key) && member.key != "name") {
        if (contains(read_members, member.key)) read_texts(member.value, is_entry);
        if (!is_entry && member.key == "identifier") identified(member.value);
        walk(member.value, is_entry);
      }
    }
    if (code) match_code(system.text(), code.text());
    for (const Value item : value.items()) {
      if (!is_entry && contains(entry_types, item["resourceType"].text())) entry(item, belonging_max);
      walk(item, is_entry);
    }
  }

  void person_refers(Value literal, bool is_entry) {
    if (!is_entry) refer(fhir::local_reference(literal.text()), belonging_max);
  }
  // A Reference by business identifier alone.
  void identified(Value identifier) {
    if (identifier["system"].text() == organization_system)
      refer("Organization/" + std::string(identifier["value"].text()), belonging_max);
  }

  void read_texts(Value list, bool is_name) {
    for (const Value item : list.items())
      if (item.is_string()) names_.match_text(item.text(), is_name, found);
  }

  void match_code(std::string_view of_system, std::string_view code) {
    const auto system = names_.codes_.find(code_system(of_system));
    if (system == names_.codes_.end()) return;
    if (const auto known = system->second.find(code); known != system->second.end())
      found.insert(known->second);
  }

  const TellingNames& names_;
  const TellingNames::Read& read_;
  std::set<std::string> seen_;
};

TellingNames::Families TellingNames::revealed_by(Value resource, const Read& read) const {
  NameReader reader(*this, read);
  reader.person(resource);
  return std::move(reader.found);
}

TellingNames::Families TellingNames::revealed_by_entry(Value entry, const Read& read) const {
  NameReader reader(*this, read);
  reader.entry(entry, belonging_max);
  return std::move(reader.found);
}

}  // namespace handoff::consent
