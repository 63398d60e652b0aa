// The XHTML of a Narrative (R4 "narrative"; invariants txt-1 and txt-2): one div of the XHTML namespace, well-formed, only
// formatting elements and attributes, so nothing in it can run (narrative_value.h: what their values may say).
#pragma once

#include <string>
#include <string_view>

namespace handoff::fhirpath {

struct Narrative {
  std::string fault;            // what is wrong, as the end of the sentence "The narrative …"; empty if nothing
  bool says_something = false;  // as txt-2 asks: text or an image
};
Narrative read_narrative(std::string_view xhtml);

}  // namespace handoff::fhirpath
