// What the attributes of a narrative may say (R4 "narrative"): where a link may lead, where an image may come from, what a style may
// do. A value is looked at as a browser reads it: with its entities decoded, without the blanks that it drops.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace handoff::fhirpath {

// The character that "&amp;", "&#160;" or "&#xA0;" stands for, in UTF-8; nothing where it is no entity of XML.
std::optional<std::string> decoded_entity(std::string_view entity);

// Why this value must not stand in that attribute, as the end of a sentence ("has a link that …"); empty if it may.
std::string fault_of_attribute(std::string_view element, std::string_view name, std::string_view value);

}  // namespace handoff::fhirpath
