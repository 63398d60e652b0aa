// Decisions folded for the search (disclosure/README.md): a *class* is the list of provisions in force for
// one patient, towards one recipient and purpose, all consents together; a *shape* is what a decision must know of a
// resource. Both are texts that many patients and resources share, so that class × shape → yes or no is decided once, by the
// decision function itself, and remembered. Pure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "consent/verdict.h"

namespace handoff::consent {

// Instead of a purpose: the scope in which a patient stands whose Consents name the recipient.
inline constexpr std::string_view naming = "*";

struct Class {
  std::string text;              // equal texts decide equally; empty: no consent speaks
  std::optional<Instant> until;  // from this instant on the class may be another; none: it stays
};

// Folds the patient's consents as they stand at `asker.at` (`asker.discloser` is ignored: a class knows all of them).
Class fold(const Asker& asker, std::span<const Directive> directives);

// The instants from which the consent says something else, by its dates alone.
std::vector<Instant> dates_of(const Directive& directive);

// Every recipient that the consents name, and `anyone` for those whom none names, for every purpose that a client may be registered with;
// scopes in which no consent speaks are left out.
struct Grant {
  std::string recipient;
  std::string purpose;
  Class class_;
};
// With the scopes of `naming` for all whom a Consent names, in force or not: who may see it.
std::vector<Grant> fold_all(std::span<const Directive> directives, Instant at);

std::string shape_of(const Row& row);
// The row that a shape stands for; nothing for a text that shape_of() did not make.
std::optional<Row> row_of(std::string_view shape);

// The provisions of a class as consents to this recipient, of which nothing but the decision is known. Nothing for a text that is no class.
std::optional<std::vector<Directive>> directives_of_class(std::string_view class_text, std::string_view recipient);

// What a client may be registered for.
std::span<const std::string_view> registered_purposes();

// decide_row() for a class and a shape; of the basis nothing is known. Denied for texts that are no class or no shape.
RowDecision decide_class(std::string_view recipient, std::string_view purpose, std::string_view class_text, std::string_view shape);
bool decide_folded(std::string_view recipient, std::string_view purpose, std::string_view class_text, std::string_view shape);

}  // namespace handoff::consent
