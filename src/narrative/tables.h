// The narrative of a document's section: a table of what its entries say, with names and telephone numbers of
// people and organizations in the document. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "json/value.h"
#include "narrative/words.h"

namespace handoff::narrative {

// The div of a section with these resources, in their order. Each resource has a row; each member of a
// CareTeam has a row.
std::string section_div(std::span<const json::Value> resources, const Resolve& resolve);

// A div of paragraphs of plain text.
std::string paragraphs_div(std::span<const std::string> paragraphs);

// What a resource is about, in a few words: "Keep stable housing"; for an Appointment its people and time.
std::string headline(json::Value resource, const Resolve& resolve);

}  // namespace handoff::narrative
