#include "fhirpath/narrative.h"

#include <gtest/gtest.h>

#include <string>

namespace handoff::fhirpath {
namespace {

TEST(Narrative, IsFormattedText) {
  for (const std::string_view div :
       {"<div xmlns=\"http://www.w3.org/1999/xhtml\">x</div>", "<div><p class='a'>x<br/></p><!-- > --></div>\n",
        "<div><img src=\"#a\" alt=\"\"/></div>", "<div><table><tr><td rowspan=\"2\">1</td ></tr></table></div>", "<div>&#160;&lt;</div>"})
    EXPECT_TRUE(is_narrative(div)) << div;
}

TEST(Narrative, HoldsNothingElse) {
  for (const std::string_view div : {"",
                                     "x",
                                     "<p>x</p>",
                                     "<div></div>",
                                     "<div> <p> </p></div>",
                                     "<div><script>x</script></div>",
                                     "<div onclick=\"x\">x</div>",
                                     "<div><p>x</div></p>",
                                     "<div><p>x</p>",
                                     "<div>x</div><div>y</div>",
                                     "<div>x</div>y",
                                     "<div class=a>x</div>",
                                     "<div class=\"a>x</div>",
                                     "<div><p x</div>",
                                     "<div><!-- x</div>",
                                     "<div><form>x</form></div>",
                                     "<DIV>x</DIV>",
                                     "<div>x</p></div>",
                                     "<div",
                                     "<div/"})
    EXPECT_FALSE(is_narrative(div)) << div;
}

}  // namespace
}  // namespace handoff::fhirpath
