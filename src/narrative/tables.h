// The narrative of a document's section: a table of what its entries say, with the names and telephone numbers of whoever is in the
// document. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "json/value.h"
#include "narrative/words.h"

namespace handoff::narrative {

// The div of a section with these resources, in their order: a row each; a CareTeam's members have one each.
std::string section_div(std::span<const json::Value> resources, const Resolve& resolve);

// A div of paragraphs of plain text.
std::string paragraphs_div(std::span<const std::string> paragraphs);

// What one of them is about, in a few words: "Keep stable housing"; of an Appointment with whom and when.
std::string headline(json::Value resource, const Resolve& resolve);

}  // namespace handoff::narrative
