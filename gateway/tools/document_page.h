// A document (R4 "documents") as a page for people. It shows the narratives of the Composition, of the
// subject and of the sections, in this order. Pure.
#pragma once

#include <string>

#include "core/result.h"
#include "json/value.h"

namespace handoff::gateway {

// One HTML file that needs and loads nothing else, with a style for printing. Problem: incorrect (it is no
// document).
Result<std::string> document_page(json::Value bundle);

}  // namespace handoff::gateway
