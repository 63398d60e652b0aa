// What the attributes of a narrative may say (R4 "narrative"): where a link may lead, where an image may come
// from, what a style may do. A value is read as a browser reads it: with entities decoded, and without the
// blanks that a browser drops.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace handoff::fhirpath {

// The character that "&amp;", "&#160;" or "&#xA0;" stands for, in UTF-8. Nothing if it is no entity of XML.
std::optional<std::string> decoded_entity(std::string_view entity);

// Why the attribute must not have this value, as the end of a sentence ("has a link that …"). Empty if it
// may.
std::string fault_of_attribute(std::string_view element, std::string_view name, std::string_view value);

}  // namespace handoff::fhirpath
