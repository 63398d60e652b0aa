#include "consent/marks.h"

#include <algorithm>
#include <span>
#include <vector>

#include "consent/codes.h"

namespace handoff::consent {
namespace {

using json::Arena;
using json::Member;
using json::Value;

constexpr std::string_view marks[] = {"NORDSCLCD", "PERSISTLABEL", "RedisclosureProhibitionMark"};

struct Word {
  std::string_view code, word;
};

// In the order in which a statement names them. A code that is not here is named by its code.
constexpr Word purposes[] = {
    {"TREAT", "treatment"},         {"COC", "coordination of care"},
    {"HPAYMT", "payment"},          {"HOPERAT", "health care operations"},
    {"CAREMGT", "care management"}, {"JSUPV", "supervision monitoring"},
    {"JPROC", "proceedings"},       {"HLEGAL", "legal proceedings"},
};
constexpr Word kinds[] = {
    {"JI", "justice involvement"}, {"CORI", "criminal offender record"},
    {"MH", "mental health"},       {"PSY", "psychiatry"},
    {"SUD", "substance use"},      {"HIV", "HIV"},
};
constexpr Word types[] = {{"Encounter", "attendance"}};

// The words for codes, each once. Words of the table come first, in its order. The other codes follow, sorted
// by name.
std::vector<std::string> words(std::vector<std::string> codes, std::span<const Word> table) {
  std::vector<std::string> found;
  for (const Word& word : table)
    if (std::erase(codes, word.code) > 0) found.emplace_back(word.word);
  std::sort(codes.begin(), codes.end());
  codes.erase(std::unique(codes.begin(), codes.end()), codes.end());
  found.insert(found.end(), codes.begin(), codes.end());
  return found;
}

// "a", "a and b", "a, b and c".
std::string listed(const std::vector<std::string>& all, std::string_view none) {
  if (all.empty()) return std::string(none);
  std::string text = all.front();
  for (std::size_t i = 1; i < all.size(); ++i) text += (i + 1 == all.size() ? " and " : ", ") + all[i];
  return text;
}

// A ceiling of R or above is what a form calls general information.
std::string kinds_of(const Provision& root) {
  std::vector<std::string> all = words(root.sensitivities, kinds);
  if (root.confidentiality_most >= confidentiality_rank("R")) all.insert(all.begin(), "general");
  const std::string of_types =
      root.classes.empty() ? "" : ", of these only " + listed(words(root.classes, types), "");
  if (all.empty())
    return (root.confidentiality_most < 0 ? "any kind of information" : "unrestricted information") +
           of_types;
  return listed(all, "") + " information" + of_types;
}

std::string end_of(const Directive& d) {
  // Forms of supervision end with an event, and the patient cannot revoke them before it (42 CFR 2.35).
  const std::string until = d.expires_on.empty() ? "without a date of expiry" : "until " + d.expires_on;
  if (has_category(d, "cj-2.35"))
    return until + "; it ends with the event that it names and cannot be revoked before.";
  return until + "; the patient may revoke it at any time by written notice to the discloser.";
}

Value list_with(Arena& arena, Value list, std::vector<Value> added, std::string_view key) {
  std::vector<Value> all(list.items().begin(), list.items().end());
  for (const Value item : added) {
    const bool there = std::any_of(all.begin(), all.end(), [&](Value other) {
      return other[key].text() == item[key].text() && other["system"].text() == item["system"].text() &&
             other["valueString"].text() == item["valueString"].text();
    });
    if (!there) all.push_back(item);
  }
  return arena.array(all);
}

Value pair(Arena& arena, Member first, Member second) {
  const Member members[] = {first, second};
  return arena.object(members);
}

}  // namespace

std::string_view redisclosure_notice() {
  return "This record which has been disclosed to you is protected by Federal confidentiality rules (42 CFR "
         "part 2). These rules "
         "prohibit you from using or disclosing this record, or testimony that describes the information "
         "contained in this record, "
         "in any civil, criminal, administrative, or legislative proceedings by any Federal, State, or local "
         "authority, against the "
         "patient, unless authorized by the consent of the patient, except as provided at 42 CFR 2.12(c)(5) "
         "or as otherwise "
         "authorized by a court in accordance with 42 CFR 2.64 or 2.65. In addition, the Federal rules "
         "prohibit you from making any "
         "other use or disclosure of this record unless at least one of the following applies: (i) further "
         "use or disclosure is "
         "expressly permitted by the written consent of the individual whose information is being disclosed "
         "in this record or as "
         "otherwise permitted by 42 CFR part 2; (ii) you are a covered entity or business associate and have "
         "received the record "
         "for treatment, payment, or health care operations; or (iii) you have received the record from a "
         "covered entity or "
         "business associate as permitted by 45 CFR part 164, subparts A and E. A general authorization for "
         "the release of medical "
         "or other information is NOT sufficient to meet the required elements of written consent to further "
         "use or redisclose the "
         "record (see 42 CFR 2.31).";
}

std::string_view short_redisclosure_notice() {
  return "42 CFR part 2 prohibits unauthorized use or disclosure of these records.";
}

std::string scope_statement(const Directive& d) {
  std::string text = "Consent";
  if (!d.identifier.empty()) text += " " + d.identifier;
  if (!d.signed_on.empty()) text += " of " + d.signed_on;
  text += " lets " + listed(words(d.organizations, {}), "any holder") + " disclose to " +
          listed(words(d.root.actors, {}), "anyone");
  text +=
      ", for " + listed(words(d.root.purposes, purposes), "treatment, payment and health care operations");
  return text + ": " + kinds_of(d.root) + ", " + end_of(d);
}

Value with_marks(Arena& arena, Value resource, std::string_view scope) {
  std::vector<Value> codings;
  for (const std::string_view mark : marks)
    codings.push_back(pair(arena, {"system", arena.string(act_code)}, {"code", arena.string(mark)}));
  std::vector<Value> extensions;
  const auto extend = [&](std::string_view url, std::string_view text) {
    extensions.push_back(pair(arena, {"url", arena.string(url)}, {"valueString", arena.string(text)}));
  };
  extend(notice_extension, short_redisclosure_notice());
  if (!scope.empty()) extend(scope_extension, scope);
  Value meta = resource["meta"].is_object() ? resource["meta"] : Arena::empty_object();
  meta = json::with_member(arena, meta, "extension", list_with(arena, meta["extension"], extensions, "url"));
  meta = json::with_member(arena, meta, "security", list_with(arena, meta["security"], codings, "code"));
  return json::with_member(arena, resource, "meta", meta);
}

}  // namespace handoff::consent
