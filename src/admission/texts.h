// The text for people of what is written (R4 "narrative"): generated for feeds, and kept in step with what it speaks of. Pure.
#pragma once

#include "json/value.h"

namespace handoff::admission {

struct TextOf {
  json::Value previous;   // absent: there was none
  bool narrates = false;  // without a text it gets one
  bool amends = false;    // it is the stored resource with changes: a text said to be generated of it is generated anew
};

// `resource` with a text of its content where the text is ours to write: none where there should be one, or one that was generated, of
// this content or of the version before. A text that somebody else wrote stays.
json::Value with_current_text(json::Arena& arena, json::Value resource, const TextOf& of);

}  // namespace handoff::admission
