// The Composition of a document that is sent (R4 "documents"): it names only what is in the document, and every section, and the whole,
// has a text for people, made of what the recipient gets. Pure.
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
  std::function<bool(std::string_view literal)> is_here;  // does a reference, as it is written, lead to it?
};

// `composition` without references to what is not here, and without what says nothing then. One author is left: R4 asks for it.
json::Value naming_what_is_here(json::Arena& arena, json::Value composition, const Contents& contents);

// A section with these entries and their text; absent where there are none. A section without entries is left out, and no
// emptyReason says so: whether there is nothing, or nothing for this recipient, it may not tell.
json::Value section_of(json::Arena& arena, std::string_view title, const std::vector<json::Value>& entries, const Contents& contents);

// A section of the stored Composition with those of its entries that are here, and their text: what its writer said of them may be more
// than what they say now. A section without entries is its text.
json::Value own_section(json::Arena& arena, json::Value section, const Contents& contents);

// What each of these consents covers, in words.
json::Value consent_section(json::Arena& arena, const std::vector<json::Value>& consents, const Contents& contents);

json::Value words_section(json::Arena& arena, std::string_view title, std::string_view words);

// The text of the whole in short: whose document it is, from whom and when, what its sections hold.
json::Value with_summary(json::Arena& arena, json::Value composition, json::Value patient, const Contents& contents);

}  // namespace handoff::disclosure
