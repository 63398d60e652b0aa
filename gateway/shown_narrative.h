// A narrative from outside (R4 "narrative") as part of a page that people open: its words and their structure, and nothing else. Pure.
#pragma once

#include <string>
#include <string_view>

namespace handoff::gateway {

struct ShownNarrative {
  std::string html;   // may stand in the body of a page
  std::string fault;  // why nothing is shown, as the end of "The narrative …"; empty if it is
};

// What R4 does not allow is not shown at all. Of what it allows, elements stay, and of attributes those of tables and languages: no
// styles, classes, ids, links and images, so that it loads nothing, leads nowhere, hides nothing and looks like nothing of the page's own.
ShownNarrative show_narrative(std::string_view xhtml);

std::string escaped_html(std::string_view text);

}  // namespace handoff::gateway
