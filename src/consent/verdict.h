// What one consent says to one who asks for one resource (root provisions: nested rules come with the full semantics), and
// the decision that all of a patient's consents give together. Pure: no clock, no order.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "consent/directive.h"
#include "consent/labels.h"
#include "fhir/definitions.h"

namespace handoff::consent {

// Who asks, of whom, for what, when.
struct Asker {
  std::string recipient;  // "Organization/ORG-PCP1"
  std::string discloser;  // "Organization/ORG-ADV"
  std::string purpose;    // "TREAT"
  Instant at;
  std::vector<std::string> above = {};  // organizations above the recipient: who names one of them shows it the Consent
};

// What a decision must know of a resource: its type, its labels, who may disclose it. Many resources share one row, which is
// what makes decisions worth remembering.
struct Row {
  std::string type;
  Labels labels;
  std::vector<std::string> disclosers;  // "Organization/ORG-ADV"
  std::map<std::string, Labels> own;    // of a Patient: the labels of what each discloser contributed, where they differ
  bool of_patient = true;               // false: of nobody, like an Organization
  bool booking = false;                 // a booking number in it, rather than the resource itself
  bool third_party = false;             // of an incident; a form of consent; a document's frame: only who discloses the resource sees it
  bool asks = false;                    // redaction may leave nothing of it: only the resource itself can tell
  std::vector<std::string> named = {};  // of a Consent: the recipients that it names, "Organization/x"
};

// A type of which a resource may belong to nobody, and concern nobody: the directory of who and what there is.
bool is_directory(std::string_view type);

// `patient` ("Patient/abc") is empty for what belongs to nobody; `disclosers` are organization ids.
Row make_row(json::Value resource, std::string_view patient, std::span<const std::string_view> disclosers);

enum class Verdict { silent, permit, deny };

// Asks for what is said to everybody: to recipients that no consent names.
inline constexpr std::string_view anyone = "*";

// Consents that bind the discloser, name the asker (or nobody in particular), were signed by then and are not replaced by a later one of
// their number; newest signature first, then by number.
std::vector<const Directive*> speaking(const Asker& asker, std::span<const Directive> directives);

// Whether it could say anything for this purpose, whatever the resource.
bool concerns(const Directive& directive, std::string_view purpose);

bool in_period(const Provision& root, Instant at);
bool purpose_fits(const Provision& root, std::string_view purpose);
bool covers(const Provision& root, std::string_view sensitivity);

// Of a consent that speaks.
Verdict verdict_of(const Directive& directive, const Asker& asker, const Row& row);

struct RowDecision {
  bool permit = false;
  bool internal = false;                // the asker is the discloser, or the row is of nobody: no disclosure to another
  bool part2 = false;                   // a consent satisfied 42 CFR Part 2: notice, scope and marks go along
  std::string_view rule;                // "consent", "law.internal", "policy.directory", "policy.consent", "law.part2.default", …
  std::vector<std::string> basis;       // consents relied on: "Consent/abc/_history/2"; of a Consent the rule
  std::vector<std::string> disclosers;  // those of the row's that may release it
  std::vector<std::string> bookings;    // those of them whose booking numbers may be shown
};

// For each discloser of the row in turn: what any of them may release is released. `asker.discloser` is ignored. A Consent is decided by
// whom it names, and by nothing else.
RowDecision decide_row(const Asker& asker, const Row& row, std::span<const Directive> directives);

}  // namespace handoff::consent
