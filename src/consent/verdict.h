// What one consent says to an asker about one resource, and the decision that all consents of a patient give
// together. Only root provisions are read; nested rules come with the full semantics. Pure: no clock, no
// order.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "consent/directive.h"
#include "consent/labels.h"
#include "fhir/definitions.h"
#include "fhir/resource_id.h"

namespace handoff::consent {

// Who asks, of which discloser, for what purpose, when.
struct Asker {
  std::string recipient;  // "Organization/ORG-PCP1"
  std::string discloser;  // "Organization/ORG-ADV"
  std::string purpose;    // "TREAT"
  Instant at;
  // organizations above the recipient; a Consent that names one of them is shown to it
  std::vector<std::string> above = {};
};

// What a decision must know of a resource: its type, its labels, its disclosers. Many resources share one
// row, so it pays to remember decisions.
struct Row {
  std::string type;
  Labels labels;
  std::vector<std::string> disclosers;  // "Organization/ORG-ADV"
  std::map<std::string, Labels> own;    // for a Patient: labels of a discloser's contribution, if they differ
  bool of_patient = true;               // false: belongs to nobody, like an Organization
  bool booking = false;                 // about a booking number in the resource, not the whole resource
  // Part of an incident, a form of consent, or the frame of a document. Only those that disclose the resource
  // see it.
  bool third_party = false;
  bool asks = false;                    // redaction may leave nothing: examine the resource itself
  std::vector<std::string> named = {};  // for a Consent: recipients that it names, "Organization/x"
};

// Is it a directory type? Its resources may belong to nobody and concern nobody.
bool is_directory(std::string_view type);

// `patient` is empty if the resource belongs to nobody. `disclosers` are organization ids.
Row make_row(json::Value resource, const fhir::Reference& patient,
             std::span<const std::string_view> disclosers);

enum class Verdict { silent, permit, deny };

// As a recipient: asks for what is said to everybody, which includes recipients that no consent names.
inline constexpr std::string_view anyone = "*";

// The consents that bind the discloser, name the asker (or nobody in particular), were signed by then, and
// are not replaced by a later one of their number. Newest signature first, then by number.
std::vector<const Directive*> speaking(const Asker& asker, std::span<const Directive> directives);

// Could the consent say anything for this purpose, about any resource?
bool concerns(const Directive& directive, std::string_view purpose);

bool in_period(const Provision& root, Instant at);
bool purpose_fits(const Provision& root, std::string_view purpose);
bool covers(const Provision& root, std::string_view sensitivity);

// `directive` is one of speaking().
Verdict verdict_of(const Directive& directive, const Asker& asker, const Row& row);

struct RowDecision {
  bool permit = false;
  bool internal = false;  // the asker is the discloser, or the row is of nobody: no disclosure
  bool part2 = false;     // a consent satisfied 42 CFR Part 2: notice, scope and marks go along
  // "consent", "law.internal", "policy.directory", "policy.consent", "law.part2.default", …
  std::string_view rule;
  // consents relied on: "Consent/abc/_history/2"; for a Consent: the rule
  std::vector<std::string> basis;
  std::vector<std::string> disclosers;  // disclosers of the row that may release it
  std::vector<std::string> bookings;    // those of them whose booking numbers may be shown
};

// Decides for each discloser of the row in turn. If any discloser may release it, it is released.
// `asker.discloser` is ignored. A Consent is decided only by the recipients that it names.
RowDecision decide_row(const Asker& asker, const Row& row, std::span<const Directive> directives);

}  // namespace handoff::consent
