#include "consent/opening.h"

#include <algorithm>

#include "consent/codes.h"
#include "json/document.h"

namespace handoff::consent {
namespace {

using Texts = std::vector<std::string>;

// A provision of a class (fold.cpp writes it), with sorted lists.
struct Rule {
  bool denies = false, is_sound = false, is_named = false;
  Texts disclosers, categories, purposes, sensitivities, classes;
  int most = -1, least = -1;

  bool permits() const { return !denies && is_sound; }
};

Texts texts(json::Value list) {
  Texts all;
  for (const json::Value item : list.items()) all.emplace_back(item.text());
  return all;
}

std::vector<Rule> rules_of(std::string_view class_text) {
  std::vector<Rule> rules;
  if (class_text.empty()) return rules;
  const auto parsed = json::parse(class_text);
  if (!parsed) return rules;
  for (const json::Value one : parsed->root().items())
    rules.push_back({one["type"].text() == "deny", one["sound"].truth(), one["named"].truth(), texts(one["disclosers"]),
                     texts(one["categories"]), texts(one["purposes"]), texts(one["sensitivities"]), texts(one["classes"]),
                     std::stoi(std::string(one["most"].text())), std::stoi(std::string(one["least"].text()))});
  return rules;
}

bool includes(const Texts& all, const Texts& some) { return std::includes(all.begin(), all.end(), some.begin(), some.end()); }
// Of lists that do not limit where they are empty.
bool is_within(const Texts& one, const Texts& other) { return other.empty() || (!one.empty() && includes(other, one)); }
bool meet(const Texts& one, const Texts& other) {
  return one.empty() || other.empty() || std::find_first_of(one.begin(), one.end(), other.begin(), other.end()) != one.end();
}

// An empty list of purposes or sensitivities is another kind of consent to some regimes (verdict.cpp): it is compared with its like only.
bool permits_no_more(const Rule& one, const Rule& other) {
  return other.permits() && (other.is_named || !one.is_named) && one.categories == other.categories &&
         is_within(one.disclosers, other.disclosers) && is_within(one.classes, other.classes) &&
         one.purposes.empty() == other.purposes.empty() && (other.most < 0 || (one.most >= 0 && one.most <= other.most)) &&
         one.sensitivities.empty() == other.sensitivities.empty() && includes(other.sensitivities, one.sensitivities);
}

bool denies_all(const Rule& rule) { return rule.sensitivities.empty() && rule.least < 0; }

bool denies_no_more(const Rule& one, const Rule& other) {
  if (!other.denies || !is_within(one.disclosers, other.disclosers) || !is_within(one.classes, other.classes)) return false;
  if (denies_all(other)) return true;
  return !denies_all(one) && (one.least < 0 || (other.least >= 0 && other.least <= one.least)) &&
         includes(other.sensitivities, one.sensitivities);
}

bool binds(const Rule& denial, std::string_view recipient) {
  return denial.disclosers.empty() || std::find(denial.disclosers.begin(), denial.disclosers.end(), recipient) != denial.disclosers.end();
}

}  // namespace

Opens opens(std::string_view recipient, std::string_view class_before, std::string_view class_after) {
  Opens opened;
  if (class_before == class_after) return opened;
  const std::vector<Rule> before = rules_of(class_before), after = rules_of(class_after);
  // Nothing goes to strangers without a permit that names them, and who is named sees the Consent.
  const auto is_told = [&](const Rule& rule) {
    return std::any_of(after.begin(), after.end(),
                       [&](const Rule& other) { return other.permits() && other.is_named && meet(rule.disclosers, other.disclosers); });
  };
  for (const Rule& rule : after) {
    if (!rule.permits() || !is_told(rule)) continue;
    opened.more |= std::none_of(before.begin(), before.end(), [&](const Rule& had) { return permits_no_more(rule, had); });
  }
  for (const Rule& denial : before) {
    if (!denial.denies) continue;
    if (std::any_of(after.begin(), after.end(), [&](const Rule& still) { return denies_no_more(denial, still); })) continue;
    opened.more |= is_told(denial);
    opened.own |= binds(denial, recipient);
  }
  return opened;
}

void Gained::note(const Opens& opened, Instant at) {
  if (opened.more) more = std::max(more, at);
  if (opened.own) own = std::max(own, at);
}

void Gained::note(const Gained& other) {
  more = std::max(more, other.more);
  own = std::max(own, other.own);
}

Passed pass(const Asker& asker, Class stood, std::span<const Directive> directives, std::string_view recipient) {
  Passed passed{std::move(stood), {}};
  Asker then = asker;
  while (passed.now.until && *passed.now.until <= asker.at) {
    then.at = *passed.now.until;
    Class next = fold(then, directives);
    passed.gained.note(opens(recipient, passed.now.text, next.text), then.at);
    passed.now = std::move(next);
  }
  return passed;
}

}  // namespace handoff::consent
