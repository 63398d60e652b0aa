// The text of a resource for people (R4 "narrative"), generated: who or what, how it stands, when. It says what the resource itself
// holds and nothing of what it refers to, so that a text made of a redacted view tells no more than that view. Pure.
#pragma once

#include <string>
#include <string_view>

#include "json/value.h"

namespace handoff::narrative {

// Are texts generated for resources of this type?
bool tells(std::string_view type);

// The XHTML div; empty for types without. It reads neither meta nor ids nor `text`: equal contents give equal texts.
std::string div_of(json::Value resource);

// Is its text the one that is generated of it as it is?
bool has_own_text(json::Value resource);

// With the generated text as the first element after meta; the same value for types without.
json::Value with_text(json::Arena& arena, json::Value resource);

// A Narrative of this div.
json::Value generated(json::Arena& arena, std::string_view div);

}  // namespace handoff::narrative
