#include "consent/telling_names.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "consent/codes.h"
#include "core/csv.h"
#include "core/text.h"
#include "fhir/reference.h"

namespace handoff::consent {
namespace {

using json::Member;
using json::Value;

constexpr std::string_view header[] = {"match", "system", "value", "family"};
constexpr int belonging_max = 4;  // a circle of partOf ends there

bool contains(const auto& all, std::string_view one) { return std::find(std::begin(all), std::end(all), one) != std::end(all); }

// Members whose strings people read.
constexpr std::string_view read_members[] = {"text",    "div",        "display",     "title",         "description",
                                             "name",    "alias",      "comment",     "detail",        "patientInstruction",
                                             "summary", "conclusion", "valueString", "contentString", "valueMarkdown"};
// The person's own name and number say nothing of a facility.
constexpr std::string_view skipped_members[] = {"meta", "subject", "patient"};

// Entries of the directory, and by which members one belongs to another.
constexpr std::string_view entry_types[] = {"Organization", "HealthcareService",      "Location", "PractitionerRole", "Practitioner",
                                            "Endpoint",     "OrganizationAffiliation"};
constexpr std::string_view belonging_members[] = {"providedBy", "managingOrganization",      "organization", "partOf",
                                                  "location",   "participatingOrganization", "practitioner", "healthcareService"};
// Here an Organization's business identifier is its id.
constexpr std::string_view organization_system = "https://handoff.example.org/id/organization";

bool is_letter(unsigned char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c >= 0x80; }

// Punctuation beyond ASCII, as the ASCII that reads alike; what has no width is nothing.
struct Alike {
  std::string_view bytes, ascii;
};
constexpr Alike alike[] = {{"\u00A0", " "}, {"\u00AD", ""},  {"\u2010", "-"}, {"\u2011", "-"}, {"\u2012", "-"},
                           {"\u2013", "-"}, {"\u2014", "-"}, {"\u2018", "'"}, {"\u2019", "'"}, {"\u200B", ""},
                           {"\u200C", ""},  {"\u200D", ""},  {"\u2060", ""},  {"\uFEFF", ""}};

std::string plain(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const auto* same =
        std::find_if(std::begin(alike), std::end(alike), [&](const Alike& a) { return text.substr(i).starts_with(a.bytes); });
    if (same == std::end(alike)) {
      out += text[i++];
    } else {
      out += same->ascii;
      i += same->bytes.size();
    }
  }
  return out;
}

void append_utf8(std::string& out, std::uint32_t code) {
  if (code < 0x80) {
    out += char(code);
  } else if (code < 0x800) {
    out += {char(0xC0 | (code >> 6)), char(0x80 | (code & 0x3F))};
  } else if (code < 0x10000) {
    out += {char(0xE0 | (code >> 12)), char(0x80 | ((code >> 6) & 0x3F)), char(0x80 | (code & 0x3F))};
  }
}

// "&amp;", "&#65;", "&#x41;"; any other part words.
void append_entity(std::string& out, std::string_view name) {
  if (name == "nbsp") out += ' ';
  else if (name == "amp") out += '&';
  else if (name == "apos" || name == "rsquo" || name == "lsquo") out += '\'';
  else if (name == "shy" || name == "zwnj" || name == "zwj") return;
  else if (name.starts_with('#')) {
    const bool hex = name.size() > 1 && (name[1] == 'x' || name[1] == 'X');
    const std::string_view digits = name.substr(hex ? 2 : 1);
    std::uint32_t code = ' ';
    std::from_chars(digits.data(), digits.data() + digits.size(), code, hex ? 16 : 10);
    append_utf8(out, code);
  } else {
    out += ' ';
  }
}

// A narrative without tags. Tags within a word (<b>A</b>A) leave it whole; those of blocks part words. Attributes and comments, which leave
// with it, come last.
std::string without_tags(std::string_view div) {
  constexpr std::string_view inlines[] = {"a", "b", "i", "em", "strong", "span", "small", "big", "tt", "u", "abbr", "sub", "sup", "font"};
  constexpr std::size_t entity_max = 10;
  std::string out, aside;
  for (std::size_t i = 0; i < div.size(); ++i) {
    if (div[i] == '<') {
      const bool is_comment = div.substr(i).starts_with("<!--");
      const std::size_t end = std::min(is_comment ? div.find("-->", i) : div.find('>', i), div.size());
      std::string_view tag = div.substr(i + 1, end - i - 1);
      if (tag.starts_with('/')) tag.remove_prefix(1);
      const std::string_view name = tag.substr(0, tag.find_first_of(" \t\r\n/"));
      if (!is_comment && !contains(inlines, name)) out += ' ';
      if (name.size() < tag.size()) aside.append(" ; ").append(tag.substr(name.size()));
      i = is_comment ? end + 2 : end;
    } else if (div[i] == '&') {
      const std::size_t length = div.substr(i, entity_max).find(';');
      if (length == div.npos) continue;
      append_entity(out, div.substr(i + 1, length - 1));
      i += length;
    } else {
      out += div[i];
    }
  }
  return out + aside;
}

// Runs of letters and digits; apostrophes fall out, and so do the points of "A.A.".
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    const unsigned char c = i < text.size() ? static_cast<unsigned char>(text[i]) : ' ';
    if (is_letter(c)) {
      word += char(c);
      continue;
    }
    if (c == '\'') continue;
    const bool is_initial = c == '.' && !word.empty() && i >= 1 && is_letter(static_cast<unsigned char>(text[i - 1])) &&
                            (i < 2 || !is_letter(static_cast<unsigned char>(text[i - 2])));
    if (is_initial && i + 1 < text.size() && is_letter(static_cast<unsigned char>(text[i + 1])) &&
        (i + 2 == text.size() || !is_letter(static_cast<unsigned char>(text[i + 2]))))
      continue;
    if (!word.empty()) words.push_back(std::move(word));
    word.clear();
  }
  return words;
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::string lower(std::string_view text) {
  if (!is_ascii(text)) return fold(text);
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? char(c + 32) : c;
  return out;
}

bool fits(const std::string& pattern, const std::string& word) {
  return pattern.ends_with('*') ? word.starts_with(std::string_view(pattern).substr(0, pattern.size() - 1)) : word == pattern;
}

// The words of a row; one that ends in * keeps it.
std::vector<std::string> pattern_of(std::string_view value) {
  std::vector<std::string> words;
  for (const std::string_view part : split(value, ' ')) {
    std::vector<std::string> some = words_of(part);
    if (!some.empty() && part.ends_with('*')) some.back() += '*';
    words.insert(words.end(), some.begin(), some.end());
  }
  return words;
}

}  // namespace

Result<void> TellingNames::add(std::span<const std::string_view> fields) {
  const auto refused = [](std::string why) { return problem(Kind::incorrect, std::move(why)); };
  if (fields.size() != std::size(header)) return refused("must have the columns match, system, value, family");
  const std::string_view match = trim(fields[0]), system = trim(fields[1]), value = trim(fields[2]), family = trim(fields[3]);
  if (!is_sensitivity(family)) return refused("the family is no sensitivity");
  if (value.empty()) return refused("there is no value");
  if (match == "type" || match == "specialty") {
    if (system.empty()) return refused("a code needs its system");
    codes_[std::string(system)][std::string(value)] = family;
    return {};
  }
  if (match != "name" && match != "text" && match != "word") return refused("the match is none of name, text, word, type, specialty");
  if (!system.empty()) return refused("words have no system");
  const bool as_written = match == "word";
  std::vector<std::string> words = pattern_of(as_written ? plain(value) : lower(plain(value)));
  if (words.empty()) return refused("there is no word in the value");
  const std::string first = words.front();
  Words& rows = as_written ? as_written_ : any_case_;
  const Row row{{words.begin() + 1, words.end()}, std::string(family), match == "name"};
  if (first.ends_with('*')) rows.by_beginning.emplace_back(first, row);
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
    const auto taken = each_csv_row(line, ',', [&](std::size_t, std::span<const std::string_view> fields) -> Result<void> {
      if (has_header) return names.add(fields);
      has_header = true;
      const auto is_same = [](std::string_view field, std::string_view name) { return trim(field) == name; };
      if (std::equal(fields.begin(), fields.end(), std::begin(header), std::end(header), is_same)) return {};
      return problem(Kind::incorrect, "the first line must be match,system,value,family");
    });
    if (!taken)
      found.issues.push_back(
          problem(Kind::incorrect, std::string(file) + ":" + std::to_string(number) + ": " + taken.error().issues.front().diagnostics)
              .issues.front());
  }
  if (!has_header) return problem(Kind::incorrect, std::string(file) + ": there is no table");
  if (!found.issues.empty()) return found;
  return names;
}

void TellingNames::match(const Words& rows, const std::vector<std::string>& words, bool is_name, Families& found) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto try_row = [&](const Row& row) {
      if ((row.names_only && !is_name) || row.words.size() > words.size() - i - 1) return;
      if (std::equal(row.words.begin(), row.words.end(), words.begin() + std::ptrdiff_t(i) + 1, fits)) found.insert(row.family);
    };
    if (const auto exact = rows.by_first.find(words[i]); exact != rows.by_first.end())
      for (const Row& row : exact->second) try_row(row);
    for (const auto& [beginning, row] : rows.by_beginning)
      if (fits(beginning, words[i])) try_row(row);
  }
}

void TellingNames::match_text(std::string_view text, bool is_name, Families& found) const {
  const bool is_narrative = trim(text).starts_with('<');
  std::string plain_text = is_narrative ? without_tags(text) : std::string();
  if (!is_ascii(is_narrative ? plain_text : text)) plain_text = plain(is_narrative ? plain_text : text);
  const std::string_view whole = plain_text.empty() ? text : std::string_view(plain_text);
  if (!is_narrative && trim(whole) == "NA") return;  // not applicable
  std::vector<std::string> words = words_of(whole);
  match(as_written_, words, is_name, found);
  if (is_ascii(whole))
    for (std::string& word : words) word = lower(word);
  else words = words_of(fold(whole));
  match(any_case_, words, is_name, found);
}

// One resource with what it refers to.
class NameReader {
 public:
  NameReader(const TellingNames& names, const TellingNames::Read& read) : names_(names), read_(read) {}

  // Of a person: every string that people read, every code, every reference. Depth is bounded by the parser's limit.
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
  void follow(Value reference, int left) { refer(fhir::local_reference(reference["reference"].text()), left - 1); }

  void refer(const std::string& target, int left) {
    if (left <= 0 || !contains(entry_types, std::string_view(target).substr(0, target.find('/')))) return;
    if (!seen_.insert(target).second) return;
    if (const Value found_entry = read_(target)) entry(found_entry, left);
  }

  // `is_entry`: of the directory, whose references are followed by entry() alone.
  void walk(Value value, bool is_entry) {
    Value system, code;
    for (const Member& member : value.members()) {
      if (member.value.is_string()) {
        if (member.key == "reference") person_refers(member.value, is_entry);
        else if (member.key == "code") code = member.value;
        else if (member.key == "system") system = member.value;
        else if (contains(read_members, member.key)) names_.match_text(member.value.text(), is_entry, found);
      } else if (!contains(skipped_members, member.key) && member.key != "name") {  // a name that is no text is a person's
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
  // Of a Reference: by a business identifier alone.
  void identified(Value identifier) {
    if (identifier["system"].text() == organization_system) refer("Organization/" + std::string(identifier["value"].text()), belonging_max);
  }

  void read_texts(Value list, bool is_name) {
    for (const Value item : list.items())
      if (item.is_string()) names_.match_text(item.text(), is_name, found);
  }

  void match_code(std::string_view of_system, std::string_view code) {
    const auto system = names_.codes_.find(of_system);
    if (system == names_.codes_.end()) return;
    if (const auto known = system->second.find(code); known != system->second.end()) found.insert(known->second);
  }

  const TellingNames& names_;
  const TellingNames::Read& read_;
  std::set<std::string> seen_;
};

TellingNames::Families TellingNames::told_by(Value resource, const Read& read) const {
  NameReader reader(*this, read);
  reader.person(resource);
  return std::move(reader.found);
}

TellingNames::Families TellingNames::told_by_entry(Value entry, const Read& read) const {
  NameReader reader(*this, read);
  reader.entry(entry, belonging_max);
  return std::move(reader.found);
}

}  // namespace handoff::consent
