// Decisions prepared for searches (disclosure/README.md). A *class* lists the provisions in force for one
// patient, towards one recipient and purpose, from all consents together. A *shape* is what a decision must
// know of a resource. Many patients and resources share these texts, so the decision function decides class ×
// shape once, and the answer is remembered. Pure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "consent/verdict.h"

namespace handoff::consent {

// Stands in place of a purpose: the scope of a patient whose Consents name the recipient.
inline constexpr std::string_view naming = "*";

struct Class {
  std::string text;              // equal texts decide equally; empty: no consent speaks
  std::optional<Instant> until;  // the class may change at this instant; none: it stays
};

// Folds the patient's consents as they are at `asker.at`. `asker.discloser` is ignored, because a class knows
// all disclosers.
Class fold(const Asker& asker, std::span<const Directive> directives);

// The instants at which the consent starts to say something else, by its own dates alone.
std::vector<Instant> dates_of(const Directive& directive);

// One class per recipient that the consents name, and for `anyone` (recipients that no consent names), and
// per purpose that a client may be registered for. Scopes in which no consent speaks are left out.
struct Grant {
  std::string recipient;
  std::string purpose;
  Class class_;
};
// All grants at `at`. Every recipient that a Consent names also gets a scope of `naming`, whether the Consent
// is in force or not, because it may see the Consent.
std::vector<Grant> fold_all(std::span<const Directive> directives, Instant at);

std::string shape_of(const Row& row);
// The row that a shape stands for. Nothing if shape_of() did not make the text.
std::optional<Row> row_of(std::string_view shape);

// The provisions of a class, as consents to this recipient. They hold only what the decision needs. Nothing
// if the text is no class.
std::optional<std::vector<Directive>> directives_of_class(std::string_view class_text,
                                                          std::string_view recipient);

// The purposes that a client may be registered for.
std::span<const std::string_view> registered_purposes();

// decide_row() for a class and a shape. The basis is unknown. A text that is no class or no shape is denied.
RowDecision decide_class(std::string_view recipient, std::string_view purpose, std::string_view class_text,
                         std::string_view shape);
bool decide_folded(std::string_view recipient, std::string_view purpose, std::string_view class_text,
                   std::string_view shape);

}  // namespace handoff::consent
