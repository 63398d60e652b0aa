// The Composition of a document that is sent (R4 "documents"). It names only what is in the document. Every
// section and the whole have a text for people, made from what the recipient gets. Pure.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "json/value.h"
#include "narrative/words.h"

namespace handoff::disclosure {

// What is in the document.
struct Contents {
  narrative::Resolve resolve;                             // "Goal/x"
  std::function<bool(std::string_view literal)> is_here;  // is the target of this reference here?
};

// `composition` without references to what is not here, and without elements that are then empty. At least
// one author stays, because R4 requires one.
json::Value naming_what_is_here(json::Arena& arena, json::Value composition, const Contents& contents);

// A section with these entries and their text; absent if there are no entries. No emptyReason is given,
// because it would reveal whether there is nothing, or only nothing for this recipient.
json::Value section_of(json::Arena& arena, std::string_view title, const std::vector<json::Value>& entries,
                       const Contents& contents);

// A section of the stored Composition, with those of its entries that are here. Its text is made from these,
// because the writer's text may tell more than they do. A section without entries keeps its text.
json::Value own_section(json::Arena& arena, json::Value section, const Contents& contents);

// Says in words what each of these consents covers.
json::Value consent_section(json::Arena& arena, const std::vector<json::Value>& consents,
                            const Contents& contents);

json::Value words_section(json::Arena& arena, std::string_view title, std::string_view words);

// A short text of the whole: the person, the author, the date, and what the sections hold.
json::Value with_summary(json::Arena& arena, json::Value composition, json::Value patient,
                         const Contents& contents);

}  // namespace handoff::disclosure
