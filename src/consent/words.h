// Which words that people read are signals of which sensitivity (README.md). Pure.
#pragma once

#include <vector>

#include "consent/signals.h"
#include "json/value.h"

namespace handoff::consent {

// Matches whole words, in any case, in what people read (text, title, description, note, display) at any
// depth, except in `meta` and `subject`. Each label appears once. All the words of a resource are one
// element.
std::vector<Signal> word_signals(json::Value resource);

}  // namespace handoff::consent
