#include "consent/directive.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "consent/codes.h"
#include "consent/recipients.h"
#include "fhir/reference.h"

namespace handoff::consent {
namespace {

using json::Value;

void texts(Value array, std::string_view member, std::vector<std::string>& out) {
  for (const Value item : array.items())
    if (const auto text = item[member].text(); !text.empty()) out.emplace_back(text);
}

std::optional<Instant> first_of(Value date_time) {
  const auto span = span_of(date_time.text());
  return span ? std::optional(span->first) : std::nullopt;
}

std::optional<Instant> last_of(Value date_time) {
  const auto span = span_of(date_time.text());
  return span ? std::optional(span->last) : std::nullopt;
}

ProvisionType type_by_rule(Value consent) {
  for (const Value coding : consent["policyRule"]["coding"].items()) {
    const auto code = coding["code"].text();
    if (code == "OPTIN" || code == "OPTINR") return ProvisionType::permit;
    if (code == "OPTOUT" || code == "OPTOUTE") return ProvisionType::deny;
  }
  return ProvisionType::none;
}

ProvisionType type_by_provision(Value consent) {
  const auto type = consent["provision"]["type"].text();
  return type == "permit" ? ProvisionType::permit
         : type == "deny" ? ProvisionType::deny
                          : ProvisionType::none;
}

// Does policyRule permit what the provision denies, or the other way round?
bool contradicts_itself(Value consent) {
  const ProvisionType rule = type_by_rule(consent), provision = type_by_provision(consent);
  return rule != ProvisionType::none && provision != ProvisionType::none && rule != provision;
}

ProvisionType type_of(Value consent) {
  if (contradicts_itself(consent)) return ProvisionType::deny;
  const ProvisionType provision = type_by_provision(consent);
  return provision == ProvisionType::none ? type_by_rule(consent) : provision;
}

// A consent of another scope (research, treatment, advance directives) says nothing here.
bool is_of_privacy(Value consent) {
  for (const Value coding : consent["scope"]["coding"].items())
    if (coding["code"].text() == "patient-privacy") return true;
  return consent["scope"]["coding"].size() == 0;
}

bool names_any(Value concepts, std::initializer_list<std::string_view> codes) {
  for (const Value one : concepts.items())
    for (const Value coding : one["coding"].items())
      if (std::find(codes.begin(), codes.end(), coding["code"].text()) != codes.end()) return true;
  return false;
}

// Limits of a permit that this code does not read yet. The permit then permits nothing. A denial ignores
// these limits and so denies more.
void find_unread(Value provision, std::vector<std::string>& defects) {
  for (const char* member : {"code", "dataPeriod", "data", "provision"})
    if (provision[member]) defects.emplace_back("not-read-yet");
  if (provision["action"] && !names_any(provision["action"], {"access", "use", "disclose"}))
    defects.emplace_back("action-other");
  for (const Value label : provision["securityLabel"].items()) {
    const auto code = label["code"].text();
    if (confidentiality_rank(code) < 0 && !is_sensitivity(code)) defects.emplace_back("label-unknown");
  }
}

// "Organization/x", in whatever form the reference is written. If a denial names an actor that nobody can
// identify, it denies to everybody.
std::vector<std::string> actors_of(Value actors, ProvisionType type) {
  std::vector<std::string> all;
  for (const Value actor : actors.items()) {
    all.push_back(fhir::local_reference(actor["reference"]["reference"].text()));
    if (all.back().empty() && type == ProvisionType::deny) return {};
  }
  return all;
}

// A set, because a later consent of the same number replaces the older one in whatever order both name the
// organizations.
std::vector<std::string> organizations_of(Value organizations) {
  std::set<std::string> all;
  for (const Value organization : organizations.items())
    if (const std::string one = fhir::local_reference(organization["reference"].text()); !one.empty())
      all.insert(one);
  return {all.begin(), all.end()};
}

Provision read_root(Value consent) {
  const Value provision = consent["provision"];
  Provision root;
  root.type = type_of(consent);
  root.period_first = first_of(provision["period"]["start"]);
  root.period_last = last_of(provision["period"]["end"]);
  root.actors = actors_of(provision["actor"], root.type);
  texts(provision["purpose"], "code", root.purposes);
  texts(provision["class"], "code", root.classes);
  for (const Value label : provision["securityLabel"].items()) {
    const auto code = label["code"].text();
    if (const int rank = confidentiality_rank(code); label["system"].text() == confidentiality && rank >= 0) {
      root.confidentiality_most = std::max(root.confidentiality_most, rank);
      root.confidentiality_least =
          root.confidentiality_least < 0 ? rank : std::min(root.confidentiality_least, rank);
    } else if (is_sensitivity(code)) {
      root.sensitivities.emplace_back(code);
    }
  }
  return root;
}

Value extension_of(Value element, std::string_view url, std::string_view code = {}) {
  for (const Value extension : element["extension"].items())
    if (extension["url"].text() == url && (code.empty() || extension["valueCode"].text() == code))
      return extension;
  return {};
}

bool has_extension(Value element, std::string_view name, std::string_view code) {
  return bool(extension_of(element, std::string(extension_base) + std::string(name), code));
}

Value expiry_event(Value consent) {
  return extension_of(consent, std::string(extension_base) + "expiry-event");
}

// 42 CFR 2.35: the form states that participation is not a condition of a disposition.
bool is_no_condition(Value consent) {
  return extension_of(consent, std::string(extension_base) + "cj-condition")["valueBoolean"].truth();
}

// The event that ends a consent works like the end of its period: from then on the consent does not count.
void end_with_event(Value consent, Provision& root) {
  const auto occurred = first_of(extension_of(expiry_event(consent), "occurred")["valueDateTime"]);
  if (!occurred) return;
  const Instant last = *occurred - std::chrono::milliseconds(1);
  root.period_last = root.period_last ? std::min(*root.period_last, last) : last;
}

bool is_tpo(const std::string& purpose) {
  return purpose_covers("TREAT", purpose) || purpose_covers("HPAYMT", purpose) ||
         purpose_covers("HOPERAT", purpose);
}

void find_part2_defects(const Directive& d, Value consent, std::vector<std::string>& defects) {
  const bool part2 = has_category(d, part2_category), supervision = has_category(d, "cj-2.35");
  if (!part2 && !supervision) return;
  if (!has_extension(consent, "part2-statement", "revocation")) defects.emplace_back("statement-missing");
  const bool tpo = std::any_of(d.root.purposes.begin(), d.root.purposes.end(), is_tpo);
  if (part2 && tpo && !has_extension(consent, "part2-statement", "tpo-warning"))
    defects.emplace_back("statement-missing");
  const bool ends = d.root.period_last || has_extension(consent, "expiry-event", "");
  const bool only_tpo = std::all_of(d.root.purposes.begin(), d.root.purposes.end(), is_tpo);
  if (!ends && !(part2 && !supervision && only_tpo)) defects.emplace_back("expiry-missing");
  if (!supervision) return;
  if (!is_no_condition(consent)) defects.emplace_back("cj-condition");
  if (extension_of(expiry_event(consent), "event")["valueString"].text().empty())
    defects.emplace_back("cj-event-missing");
}

void find_defects(Directive& d, Value consent) {
  std::vector<std::string>& defects = d.defects;
  if (d.organizations.empty()) defects.emplace_back("discloser-missing");
  if (!d.signed_at || consent["performer"].size() == 0) defects.emplace_back("signature-missing");
  if (!consent["sourceReference"] && !consent["sourceAttachment"]) defects.emplace_back("source-missing");
  for (const Value performer : consent["performer"].items())
    if (fhir::local_reference(performer["reference"].text()) != d.patient.text())
      defects.emplace_back("grantor-unverified");
  if (d.root.type == ProvisionType::none) defects.emplace_back("root-type-missing");
  if (contradicts_itself(consent)) defects.emplace_back("root-type-contradiction");
  find_unread(consent["provision"], defects);
  for (const std::string& purpose : d.root.purposes)
    if (!is_purpose(purpose)) defects.emplace_back("purpose-unknown");
  const bool special = std::any_of(d.categories.begin(), d.categories.end(), [](const std::string& c) {
    return c == part2_category || c == hiv_category || c == "cj-2.35";
  });
  if (special && d.root.type == ProvisionType::permit && d.root.actors.empty())
    defects.emplace_back("recipient-missing");
  if (special && d.root.type == ProvisionType::permit && d.root.purposes.empty())
    defects.emplace_back("purpose-missing");
  find_part2_defects(d, consent, defects);
  std::sort(defects.begin(), defects.end());
  defects.erase(std::unique(defects.begin(), defects.end()), defects.end());
}

}  // namespace

bool has_category(const Directive& directive, std::string_view code) {
  return std::find(directive.categories.begin(), directive.categories.end(), code) !=
         directive.categories.end();
}

Directive read_directive(Value consent) {
  Directive d;
  d.reference = "Consent/" + std::string(consent["id"].text());
  d.identifier_system = consent["identifier"].at(0)["system"].text();
  d.identifier = consent["identifier"].at(0)["value"].text();
  d.status = is_of_privacy(consent) ? consent["status"].text() : "draft";
  d.patient = fhir::Reference(fhir::local_reference(consent["patient"]["reference"].text()));
  d.organizations = organizations_of(consent["organization"]);
  for (const Value category : consent["category"].items()) texts(category["coding"], "code", d.categories);
  d.signed_at = first_of(consent["dateTime"]);
  d.signed_on = consent["dateTime"].text();
  d.expires_on = consent["provision"]["period"]["end"].text();
  const auto version = consent["meta"]["versionId"].text();
  std::from_chars(version.data(), version.data() + version.size(), d.version);
  d.root = read_root(consent);
  d.named = recipients_of(consent);
  end_with_event(consent, d.root);
  find_defects(d, consent);
  return d;
}

}  // namespace handoff::consent
