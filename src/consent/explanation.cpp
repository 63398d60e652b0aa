#include "consent/explanation.h"

#include <algorithm>
#include <optional>

#include "consent/codes.h"

namespace handoff::consent {
namespace {

bool contains(const std::vector<std::string>& all, std::string_view one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

// A consent that only adds the release of HIV information. An explanation never names it as the consent that
// permits, if another one does.
bool is_gate_only(const Directive& d) { return has_category(d, hiv_category); }

struct RuleWords {
  std::string_view rule, words;
};

// Rules for which no consent on file can be named.
constexpr RuleWords rule_words[] = {
    {"law.internal", "the recipient's own record"},
    {"policy.directory", "open to everybody: a directory entry"},
    {"policy.no-patient", "not about a known person, and not a directory entry"},
    {"law.record.sealed", "the record is sealed"},
    {"law.proceedings", "proceedings need a consent of their own"},
    {"law.notes", "counseling notes need a consent of their own"},
    {"policy.redaction", "no consent shows booking numbers"},
    {"policy.consent", "a consent is shown only to those that it names"},
};

std::string_view words_of(std::string_view rule) {
  for (const RuleWords& each : rule_words)
    if (each.rule == rule) return each.words;
  return {};
}

// What a consent still lacks for a regime of the row, although it permits by its own words.
constexpr RuleWords regime_words[] = {
    {"law.part2.default", "consent does not cover substance use (no 42 CFR Part 2 consent)"},
    {"law.ma-hiv.default", "no separate release of HIV information"},
    {"law.ma111e.default", "consent does not say which drug treatment information (M.G.L. c.111E)"},
    {"law.dmh.default", "consent does not name the recipient, which state mental-health records require"},
    {"policy.relationship", "consent does not name the recipient"},
};

std::string quarantine_words(const Directive& d) {
  if (contains(d.defects, "grantor-unverified"))
    return "signed by a representative without a document of authority: quarantined";
  std::string all;
  for (const std::string& defect : d.defects) all += (all.empty() ? "" : ", ") + defect;
  return "quarantined: " + all;
}

std::string kind_of(const std::string& sensitivity) {
  if (sensitivity_covers("JI", sensitivity)) return "general information";
  if (sensitivity_covers("SUD", sensitivity)) return "substance use";
  if (sensitivity_covers("SPI", sensitivity)) return "mental health";
  return sensitivity;
}

// What kind of labels a permission does not cover.
std::optional<std::string> uncovered(const Provision& root, const Labels& labels) {
  const int level = confidentiality_rank({&labels.confidentiality, 1});
  if (root.confidentiality_most >= 0 && level > root.confidentiality_most)
    return level > confidentiality_rank("R") ? "very restricted information" : "general information";
  for (const std::string& sensitivity : labels.sensitivities)
    if (!covers(root, sensitivity)) return kind_of(sensitivity);
  return std::nullopt;
}

// Why this permission does not permit the row. The checks come in the order in which a reader would ask.
// Empty if it permits.
std::string shortcoming(const Directive& d, const Asker& asker, const Row& row) {
  if (d.status == "inactive") return "consent revoked";
  if (d.root.period_last && *d.root.period_last < asker.at) return "consent expired on " + d.expires_on;
  if (!in_period(d.root, asker.at)) return "consent not yet in force";
  if (!d.defects.empty()) return quarantine_words(d);
  if (!concerns(d, asker.purpose)) return "consent does not name the purpose " + asker.purpose;
  if (!d.root.classes.empty() && !contains(d.root.classes, row.type))
    return "consent covers only " + d.root.classes.front();
  if (const auto kind = uncovered(d.root, row.labels)) return "consent does not cover " + *kind;
  return {};
}

// A refusal that does not deny (any more) permits nothing either.
std::string past_refusal(const Directive& d, const Asker& asker) {
  const bool expired = d.root.period_last && *d.root.period_last < asker.at;
  return expired ? "no consent given; a refusal expired on " + d.expires_on : std::string("no consent given");
}

// The consent that explains the answer of this discloser.
struct Found {
  const Directive* consent = nullptr;
  std::string words;
};

Found declined(const Asker& asker, const Row& row, std::span<const Directive> directives) {
  for (const Directive* d : speaking(asker, directives))
    if (verdict_of(*d, asker, row) == Verdict::deny) return {d, "declined by the member"};
  return {};
}

// A consent that permits and lacks only a regime is preferred to consents that do not permit.
Found fell_short(const Asker& asker, const Row& row, std::span<const Directive> directives,
                 std::string_view rule) {
  Found first;
  for (const Directive* d : speaking(asker, directives)) {
    if (is_gate_only(*d)) continue;
    std::string words =
        d->root.type == ProvisionType::deny ? past_refusal(*d, asker) : shortcoming(*d, asker, row);
    if (words.empty()) {
      for (const RuleWords& regime : regime_words)
        if (regime.rule == rule) return {d, std::string(regime.words)};
    } else if (!first.consent) {
      first = {d, std::move(words)};
    }
  }
  return first;
}

// Each discloser has its own rule for not releasing. The answer takes the first one that a consent explains.
Found refusal(const Asker& asker, const Row& row, std::span<const Directive> directives) {
  Found found;
  for (const std::string& discloser : row.disclosers) {
    const Asker of{asker.recipient, discloser, asker.purpose, asker.at};
    Row one = row;
    one.disclosers = {discloser};
    const RowDecision decision = decide_row(of, one, directives);
    const std::string_view words = words_of(decision.rule);
    Found next = decision.rule == "consent" ? declined(of, row, directives) : Found{};
    if (!next.consent && words.empty()) next = fell_short(of, row, directives, decision.rule);
    if (next.consent) return next;
    if (found.words.empty()) found.words = words;
  }
  return found;
}

const Directive* relied_on(const std::vector<std::string>& basis, std::span<const Directive> directives) {
  const Directive* found = nullptr;
  for (const std::string& reference : basis)
    for (const Directive& d : directives)
      if (d.reference + "/_history/" + std::to_string(d.version) == reference &&
          (!found || (is_gate_only(*found) && !is_gate_only(d))))
        found = &d;
  return found;
}

}  // namespace

Explanation explain(const Asker& asker, const Row& row, std::span<const Directive> directives) {
  const RowDecision decision = decide_row(asker, row, directives);
  Explanation explanation{decision.permit, {}, std::string(words_of(decision.rule)), decision.basis};
  if (decision.permit) {
    const Directive* consent = relied_on(decision.basis, directives);
    if (!consent) return explanation;
    explanation.consent = consent->identifier;
    explanation.reason = "covered by consent " + consent->identifier;
    return explanation;
  }
  if (decision.rule == "law.record.sealed" || decision.rule == "policy.redaction" || !row.of_patient)
    return explanation;
  const Found found = refusal(asker, row, directives);
  if (found.consent) explanation.consent = found.consent->identifier;
  explanation.reason = found.words.empty() ? "no consent on file for this recipient" : found.words;
  return explanation;
}

}  // namespace handoff::consent
