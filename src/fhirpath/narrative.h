// The XHTML of a Narrative (R4 "narrative"; invariants txt-1 and txt-2): one well-formed div of the XHTML
// namespace with only formatting elements and attributes, so nothing in it can run. narrative_value.h says
// what attribute values may be.
#pragma once

#include <string>
#include <string_view>

namespace handoff::fhirpath {

struct Narrative {
  // what is wrong, as the end of the sentence "The narrative …"; empty if nothing
  std::string fault;
  bool says_something = false;  // as txt-2 asks: it has text or an image
};
Narrative read_narrative(std::string_view xhtml);

}  // namespace handoff::fhirpath
