// A document (R4 "documents") as a page for people: the narratives of its Composition, its subject and its sections, in order. Pure.
#pragma once

#include <string>

#include "core/result.h"
#include "json/value.h"

namespace handoff::gateway {

// One HTML file that needs and loads nothing else, with a style for printing. Problem: incorrect (it is no document).
Result<std::string> document_page(json::Value bundle);

}  // namespace handoff::gateway
