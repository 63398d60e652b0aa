// A narrative from outside (R4 "narrative") as part of a page that people open. Only its words and their
// structure are shown. Pure.
#pragma once

#include <string>
#include <string_view>

namespace handoff::gateway {

struct ShownNarrative {
  std::string html;   // may stand in the body of a page
  std::string fault;  // why nothing is shown, as the end of "The narrative …"; else empty
};

// A narrative that R4 does not allow is not shown at all. Of an allowed one, elements stay, and only the
// attributes of tables and languages. Styles, classes, ids, links and images go. So it loads nothing, leads
// nowhere, hides nothing, and cannot look like a part of the page itself.
ShownNarrative show_narrative(std::string_view xhtml);

std::string escaped_html(std::string_view text);

}  // namespace handoff::gateway
