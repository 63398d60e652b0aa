// The text for people of what is written (R4 "narrative"). It is generated for feeds, and kept up to date
// with the content. Pure.
#pragma once

#include "json/value.h"

namespace handoff::admission {

struct TextOf {
  json::Value previous;   // absent: there was none
  bool narrates = false;  // a missing text is generated
  bool amends = false;  // changes the stored resource: a text with the status `generated` is generated again
};

// `resource` with a text of its content, if the text is ours to write. It is ours if it is missing and there
// should be one, or if it was generated from this content or from the version before. A text that somebody
// else wrote stays.
json::Value with_current_text(json::Arena& arena, json::Value resource, const TextOf& of);

}  // namespace handoff::admission
