// Which words that people read are signals of which sensitivity (README.md). Pure.
#pragma once

#include <vector>

#include "consent/signals.h"
#include "json/value.h"

namespace handoff::consent {

// Of whole words, in any case, in what people read (text, title, description, note, display) at any depth, `meta` and who it
// is about apart. Each label once; all the words of a resource are one element.
std::vector<Signal> word_signals(json::Value resource);

}  // namespace handoff::consent
