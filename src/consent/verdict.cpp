#include "consent/verdict.h"

#include <algorithm>
#include <tuple>

#include "consent/codes.h"

namespace handoff::consent {
namespace {

bool contains(const auto& all, std::string_view one) {
  return std::find(std::begin(all), std::end(all), one) != std::end(all);
}

// Given or revoked by then. A draft or an error counts as absent.
bool counts(const Directive& d, Instant at) {
  return (d.status == "active" || d.status == "inactive") && (!d.signed_at || *d.signed_at <= at);
}

bool speaks(const Directive& d, const Asker& asker) {
  if (!contains(d.organizations, asker.discloser) && !d.organizations.empty()) return false;
  if (!d.root.actors.empty() && !contains(d.root.actors, asker.recipient)) return false;
  return counts(d, asker.at);
}

// A later consent of the same number replaces the older one wholly, even if it names other recipients.
bool is_replaced(const Directive& d, std::span<const Directive> all, Instant at) {
  if (d.identifier.empty()) return false;
  return std::any_of(all.begin(), all.end(), [&](const Directive& other) {
    if (&other == &d || other.identifier != d.identifier || other.identifier_system != d.identifier_system)
      return false;
    if (other.organizations != d.organizations || !counts(other, at)) return false;
    return std::pair(other.signed_at, other.version) > std::pair(d.signed_at, d.version);
  });
}

bool allows_labels(const Provision& root, const Labels& labels) {
  const int level = confidentiality_rank({&labels.confidentiality, 1});
  if (root.confidentiality_most >= 0 && level > root.confidentiality_most) return false;
  return std::all_of(labels.sensitivities.begin(), labels.sensitivities.end(),
                     [&](const std::string& s) { return covers(root, s); });
}

// A denial that names labels applies to resources that carry one of them, or a label above or below one.
bool denies_labels(const Provision& root, const Labels& labels) {
  if (root.sensitivities.empty() && root.confidentiality_least < 0) return true;
  if (root.confidentiality_least >= 0 &&
      confidentiality_rank({&labels.confidentiality, 1}) >= root.confidentiality_least)
    return true;
  return std::any_of(labels.sensitivities.begin(), labels.sensitivities.end(), [&](const std::string& s) {
    return std::any_of(root.sensitivities.begin(), root.sensitivities.end(), [&](const std::string& named) {
      return sensitivity_covers(named, s) || sensitivity_covers(s, named);
    });
  });
}

bool denies_purpose(const Provision& root, std::string_view purpose) {
  return root.purposes.empty() ||
         std::any_of(root.purposes.begin(), root.purposes.end(),
                     [&](const std::string& named) { return purpose_is_within(named, purpose); });
}

bool is_tpo(std::string_view purpose) {
  return purpose_covers("TREAT", purpose) || purpose_covers("HPAYMT", purpose) ||
         purpose_covers("HOPERAT", purpose);
}

// A consent for supervision (cj-2.35) permits only supervision.
bool permits_of_its_kind(const Directive& d, std::string_view purpose) {
  return !has_category(d, "cj-2.35") || purpose == "JSUPV";
}

bool is_part2_permit(const Directive& d) {
  return (has_category(d, part2_category) || has_category(d, "cj-2.35")) && !d.root.actors.empty() &&
         !d.root.purposes.empty();
}

bool opens_hiv(const Directive& d) {
  return has_category(d, hiv_category) && !d.root.actors.empty() && !d.root.purposes.empty();
}
bool is_ordinary(const Directive& d) { return !has_category(d, hiv_category); }

struct Regime {
  std::string_view code;
  std::string_view rule;
  bool (*satisfied_by)(const Directive&);
};

// In the order in which they are checked. HIPAA applies to every resource, and nothing leaves by default.
constexpr Regime regimes[] = {
    {"42CFRPart2", "law.part2.default", is_part2_permit},
    {"MA-HIV", "law.ma-hiv.default", opens_hiv},
    {"MA-111E", "law.ma111e.default",
     [](const Directive& d) { return is_part2_permit(d) && !d.root.sensitivities.empty(); }},
    {"DMH", "law.dmh.default", [](const Directive& d) { return is_ordinary(d) && !d.root.actors.empty(); }},
    {"HIPAA", "law.hipaa.default", is_ordinary},
};

// Types whose resources may belong to nobody and concern nobody: a directory of people, places and things.
constexpr std::string_view directory_types[] = {"Organization",       "OrganizationAffiliation",
                                                "Practitioner",       "PractitionerRole",
                                                "Location",           "HealthcareService",
                                                "Endpoint",           "Medication",
                                                "Substance",          "Device",
                                                "Questionnaire",      "PlanDefinition",
                                                "ActivityDefinition", "StructureDefinition",
                                                "ValueSet",           "CodeSystem"};

RowDecision denied(std::string_view rule) {
  RowDecision decision;
  decision.rule = rule;
  return decision;
}

RowDecision decide_directory(const Row& row) {
  const bool plain = confidentiality_rank({&row.labels.confidentiality, 1}) <= confidentiality_rank("N") &&
                     row.labels.sensitivities.empty() && row.labels.regimes.empty();
  if (!is_directory(row.type) || !plain) return denied("policy.no-patient");
  RowDecision decision = denied("policy.directory");
  decision.permit = decision.internal = true;
  return decision;
}

// A Consent is shown to its disclosers and to the recipients that it names. Its content and the purpose of
// the asker do not matter.
RowDecision decide_consent(const Asker& asker, const Row& row) {
  RowDecision decision = denied("policy.consent");
  decision.disclosers = row.disclosers;
  if (contains(row.disclosers, asker.recipient)) {
    decision.rule = "law.internal";
    decision.permit = decision.internal = true;
    decision.bookings = {asker.recipient};
    return decision;
  }
  const auto is_named = [&](const std::string& name) {
    return name == asker.recipient || contains(asker.above, name);
  };
  decision.permit = std::any_of(row.named.begin(), row.named.end(), is_named);
  if (decision.permit) decision.basis = {std::string(decision.rule)};
  return decision.permit && (row.booking || row.third_party) ? denied("policy.redaction") : decision;
}

RowDecision satisfy_regimes(const Row& row, const std::vector<const Directive*>& permits) {
  RowDecision decision = denied("consent");
  decision.permit = true;
  for (const Regime& regime : regimes) {
    if (regime.code != "HIPAA" && !row.labels.regimes.contains(std::string(regime.code))) continue;
    const auto found = std::find_if(permits.begin(), permits.end(),
                                    [&](const Directive* d) { return regime.satisfied_by(*d); });
    if (found == permits.end()) return denied(regime.rule);
    decision.part2 |= regime.code == "42CFRPart2";
    const std::string reference = (*found)->reference + "/_history/" + std::to_string((*found)->version);
    if (!contains(decision.basis, reference)) decision.basis.push_back(reference);
  }
  return decision;
}

// for a consent that speaks: it names somebody, so it names the asker
bool names_asker(const Directive* d) { return !d->root.actors.empty(); }
bool names_justice(const Directive* d) { return is_ordinary(*d) && contains(d->root.sensitivities, "JI"); }

RowDecision decide_of(const Asker& asker, const Row& row, std::span<const Directive> directives) {
  std::vector<const Directive*> permits;
  for (const Directive* d : speaking(asker, directives)) {
    const Verdict verdict = verdict_of(*d, asker, row);
    if (verdict == Verdict::deny) return denied("consent");
    if (verdict == Verdict::permit) permits.push_back(d);
  }
  if (purpose_is_within("HLEGAL", asker.purpose) || asker.purpose == "JPROC")
    return denied("law.proceedings");
  if (row.labels.sensitivities.contains("SUDNOTE") || row.labels.sensitivities.contains("PSYTHPN"))
    return denied("law.notes");
  if (asker.recipient == asker.discloser && is_tpo(asker.purpose)) {
    RowDecision decision = denied("law.internal");
    decision.permit = decision.internal = true;
    decision.bookings = {asker.discloser};
    return decision;
  }
  RowDecision decision = satisfy_regimes(row, permits);
  if (!decision.permit) return decision;
  if (std::none_of(permits.begin(), permits.end(), names_asker)) return denied("policy.relationship");
  if (std::any_of(permits.begin(), permits.end(), names_justice)) decision.bookings = {asker.discloser};
  return decision;
}

// The row with the labels of what one discloser contributed.
Row as_contributed_by(const Row& row, const std::string& discloser) {
  const auto own = row.own.find(discloser);
  if (own == row.own.end()) return row;
  Row one = row;
  one.labels = own->second;
  return one;
}

// Adds what one more discloser may release to what the others may.
void unite(RowDecision& all, RowDecision one, const std::string& discloser) {
  if (!one.permit) return;
  all.internal = one.internal && (!all.permit || all.internal);
  all.part2 |= one.part2;
  if (!all.permit) all.rule = one.rule;
  all.permit = true;
  for (std::string& consent : one.basis)
    if (!contains(all.basis, consent)) all.basis.push_back(std::move(consent));
  all.disclosers.push_back(discloser);
  if (!one.bookings.empty()) all.bookings.push_back(discloser);
}

}  // namespace

bool is_directory(std::string_view type) { return contains(directory_types, type); }

bool in_period(const Provision& root, Instant at) {
  return (!root.period_first || *root.period_first <= at) && (!root.period_last || at <= *root.period_last);
}

bool purpose_fits(const Provision& root, std::string_view purpose) {
  if (root.purposes.empty()) return is_tpo(purpose);
  return std::any_of(root.purposes.begin(), root.purposes.end(),
                     [&](const std::string& named) { return purpose_covers(named, purpose); });
}

bool covers(const Provision& root, std::string_view sensitivity) {
  return root.sensitivities.empty() ||
         std::any_of(root.sensitivities.begin(), root.sensitivities.end(),
                     [&](const std::string& named) { return sensitivity_covers(named, sensitivity); });
}

std::vector<const Directive*> speaking(const Asker& asker, std::span<const Directive> directives) {
  std::vector<const Directive*> found;
  for (const Directive& d : directives)
    if (speaks(d, asker) && !is_replaced(d, directives, asker.at)) found.push_back(&d);
  std::sort(found.begin(), found.end(), [](const Directive* a, const Directive* b) {
    return std::tie(b->signed_at, a->identifier, a->reference) <
           std::tie(a->signed_at, b->identifier, b->reference);
  });
  return found;
}

bool concerns(const Directive& d, std::string_view purpose) {
  if (d.root.type == ProvisionType::deny) return denies_purpose(d.root, purpose);
  return d.root.type == ProvisionType::permit && purpose_fits(d.root, purpose) &&
         permits_of_its_kind(d, purpose);
}

Verdict verdict_of(const Directive& d, const Asker& asker, const Row& row) {
  if (d.status != "active" || !in_period(d.root, asker.at)) return Verdict::silent;
  if (!d.root.classes.empty() && !contains(d.root.classes, row.type)) return Verdict::silent;
  if (d.root.type == ProvisionType::deny)
    return denies_purpose(d.root, asker.purpose) && denies_labels(d.root, row.labels) ? Verdict::deny
                                                                                      : Verdict::silent;
  if (d.root.type != ProvisionType::permit || !d.defects.empty()) return Verdict::silent;
  const bool fits = purpose_fits(d.root, asker.purpose) && allows_labels(d.root, row.labels) &&
                    permits_of_its_kind(d, asker.purpose);
  return fits ? Verdict::permit : Verdict::silent;
}

RowDecision decide_row(const Asker& asker, const Row& row, std::span<const Directive> directives) {
  if (row.labels.marks.contains("SEALED")) return denied("law.record.sealed");
  if (!row.of_patient) return row.booking ? denied("policy.redaction") : decide_directory(row);
  if (row.type == "Consent") return decide_consent(asker, row);
  RowDecision all = denied("law.hipaa.default");
  Asker of = asker;
  for (const std::string& discloser : row.disclosers) {
    of.discloser = discloser;
    RowDecision one = decide_of(of, as_contributed_by(row, discloser), directives);
    if (!all.permit && !one.permit) all.rule = one.rule;
    unite(all, std::move(one), discloser);
  }
  if (row.third_party && all.permit && !all.internal) return denied("policy.redaction");
  if (!row.booking || !all.permit) return all;
  if (all.bookings.empty()) return denied("policy.redaction");
  all.disclosers = all.bookings;
  return all;
}

}  // namespace handoff::consent
