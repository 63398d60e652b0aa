#include "consent/decision.h"

#include <algorithm>
#include <optional>

#include "consent/codes.h"
#include "consent/verdict.h"

namespace handoff::consent {
namespace {

bool contains(const std::vector<std::string>& all, std::string_view one) { return std::find(all.begin(), all.end(), one) != all.end(); }

std::string quarantine_reason(const Directive& d) {
  if (contains(d.defects, "grantor-unverified")) return "signed by a representative without a document of authority: quarantined";
  std::string all;
  for (const std::string& defect : d.defects) all += (all.empty() ? "" : ", ") + defect;
  return "quarantined: " + all;
}

// Why this consent does not let the recipient have the whole document; nothing if it does.
std::optional<std::string> shortcoming(const Directive& d, const DocumentRequest& request) {
  if (d.status == "inactive") return "consent revoked";
  if (!in_period(d.root, request.at))
    return d.root.period_last && *d.root.period_last < request.at ? "consent expired on " + d.expires_on : "consent not yet in force";
  if (!d.defects.empty()) return quarantine_reason(d);
  if (!purpose_fits(d.root, request.purpose)) return "consent does not name the purpose " + request.purpose;
  if (!d.root.classes.empty()) return "consent covers only " + d.root.classes.front();
  if (d.root.confidentiality_most >= 0 && d.root.confidentiality_most < confidentiality_rank("R"))
    return "consent does not cover restricted content";
  if (!covers(d.root, "MH") || !covers(d.root, "PSY")) return "consent does not cover mental health";
  if (!covers(d.root, "SUD")) return "consent does not cover substance use";
  if (!has_category(d, part2_category)) return "consent does not cover substance use (no 42 CFR Part 2 consent)";
  if (request.holds_hiv && !covers(d.root, "HIV")) return "consent does not cover HIV";
  return std::nullopt;
}

// A refusal that is no longer in force permits nothing either.
std::optional<std::string> past_refusal(const Directive& d, const DocumentRequest& request) {
  const bool expired = d.root.period_last && *d.root.period_last < request.at;
  return expired ? "no consent given; a refusal expired on " + d.expires_on : std::string("no consent given");
}

bool is_gate_only(const Directive& d) { return has_category(d, hiv_category); }

bool denies(const Directive& d, const DocumentRequest& request) {
  return d.status == "active" && d.root.type == ProvisionType::deny && in_period(d.root, request.at);
}

// The HIV regime's own gate: a release of its own kind, in force, naming purpose and recipient.
const Directive* hiv_release(const std::vector<const Directive*>& directives, const DocumentRequest& request) {
  const auto found = std::find_if(directives.begin(), directives.end(), [&](const Directive* d) {
    return is_gate_only(*d) && d->root.type == ProvisionType::permit && d->status == "active" && d->defects.empty() &&
           in_period(d->root, request.at) && purpose_fits(d->root, request.purpose);
  });
  return found == directives.end() ? nullptr : *found;
}

std::string versioned(const Directive& d) { return d.reference + "/_history/" + std::to_string(d.version); }

Decision permitted(const Directive& d, const std::vector<const Directive*>& directives, const DocumentRequest& request) {
  Decision decision{true, d.identifier, "covered by consent " + d.identifier, {versioned(d)}};
  if (!request.holds_hiv) return decision;
  const Directive* release = hiv_release(directives, request);
  if (!release) return {false, d.identifier, "no separate release of HIV information", {}};
  decision.basis.push_back(versioned(*release));
  return decision;
}

}  // namespace

Decision decide_document(const DocumentRequest& request, std::span<const Directive> directives) {
  const std::vector<const Directive*> all = speaking({request.recipient, request.discloser, request.purpose, request.at}, directives);
  for (const Directive* d : all)
    if (denies(*d, request)) return {false, d->identifier, "declined by the member", {}};
  Decision refused{false, {}, "no consent on file for this recipient", {}};
  for (const Directive* d : all) {
    if (is_gate_only(*d)) continue;
    const auto why = d->root.type == ProvisionType::permit ? shortcoming(*d, request) : past_refusal(*d, request);
    if (!why) return permitted(*d, all, request);
    if (refused.consent.empty()) refused = {false, d->identifier, *why, {}};
  }
  return refused;
}

}  // namespace handoff::consent
