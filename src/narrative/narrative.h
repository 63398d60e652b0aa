// The generated text of a resource for people (R4 "narrative"): who or what, its state, when. It says only
// what the resource itself holds, and nothing of what it refers to. So a text made from a redacted view tells
// no more than the view. Pure.
#pragma once

#include <string>
#include <string_view>

#include "json/value.h"

namespace handoff::narrative {

// Are texts generated for resources of this type?
bool tells(std::string_view type);

// The XHTML div; empty for types without a text. It does not read meta, ids or `text`, so equal contents give
// equal texts.
std::string div_of(json::Value resource);

// Does the resource have exactly the text that is generated from it now?
bool has_own_text(json::Value resource);

// The resource with the generated text, as the first element after meta. The same value for types without a
// text.
json::Value with_text(json::Arena& arena, json::Value resource);

// A Narrative with this div.
json::Value generated(json::Arena& arena, std::string_view div);

}  // namespace handoff::narrative
