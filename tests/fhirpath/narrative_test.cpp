#include "fhirpath/narrative.h"

#include <gtest/gtest.h>

namespace handoff::fhirpath {
namespace {

std::string div(const std::string& inner) {
  return "<div xmlns=\"http://www.w3.org/1999/xhtml\">" + inner + "</div>";
}

std::string fault_of(const std::string& xhtml) { return read_narrative(xhtml).fault; }

TEST(Narrative, AcceptsFormattedText) {
  for (const std::string inner :
       {"text", "<p>a<br/>b</p>",
        "<!-- note --><table border=\"1\"><tbody><tr><td>1</td></tr></tbody></table>",
        "<a href=\"https://x.org\" title='q'>x</a>", "a &amp; b &#160; &lt; &#xa0;",
        "<img src=\"#p\" alt=\"x\" />", "<div><div/>x</div>",
        "<table><tr><td rowspan=\"2\">1</td ></tr></table>", "<address>x</address>",
        "<center><u>x</u><br clear=\"all\"/></center>"})
    EXPECT_EQ(fault_of(div(inner)), "") << inner;
  EXPECT_EQ(fault_of(" \n" + div("x") + " \n"), "");
}

TEST(Narrative, RefusesWhatIsNotWellFormedOrCouldRun) {
  const std::pair<std::string, const char*> cases[] = {
      {"", "must be one <div>"},
      {"text", "must be one <div>"},
      {"<divx></divx>", "divx"},
      {"<div>x</div>", "lacks xmlns"},
      {"<div xmlns=\"http://x.org\">x</div>", "another namespace"},
      {div("x") + div("y"), "must be one <div>"},
      {div("x") + "y", "outside"},
      {div("<p>"), "closes </div>"},
      {div("</p>"), "closes </p>"},
      {"<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>", "does not close <p>"},
      {"<div xmlns=\"http://www.w3.org/1999/xhtml\"", "does not end"},
      {div("<!-- x"), "comment"},
      {div("<script>x</script>"), "<script>"},
      {div("<p onclick=\"x\">x</p>"), "'onclick'"},
      {div("<a href=\"javascript:x\">x</a>"), "may run code"},
      {div("<p class=a>x</p>"), "without quotes"},
      {div("<p class>x</p>"), "without a value"},
      {div("<p class=\"<\">x</p>"), "'<'"},
      {div("a & b"), "does not begin an XML entity"},
      {div("a &reg; b"), "does not begin an XML entity"},
      {div("a &#; b"), "does not begin an XML entity"},
      {div("a &#x; b"), "does not begin an XML entity"},
      {div("a &"), "does not begin an XML entity"},
      {div("<form>x</form>"), "<form>"},
      {div("<p x"), "not allowed"},
      {div("<p class=\"a>x</p>"), "without quotes"},
      {"<DIV>x</DIV>", "must be one <div>"},
      {div("x") + "</div>", "closes </div>"},
  };
  for (const auto& [text, says] : cases) {
    const std::string fault = fault_of(text);
    EXPECT_NE(fault.find(says), std::string::npos) << text << ": " << fault;
  }
  std::string deep;
  for (int i = 0; i < 100000; ++i) deep += "<p>";
  EXPECT_EQ(fault_of(div(deep)), "is nested too deeply");
}

TEST(Narrative, LinksImagesAndStylesMaySay) {
  const char* const tags[] = {
      R"-(<a href="https://x.org/a?b=1&amp;c=2#d">x</a>)-",
      R"-(<a href="HTTP://x.org">x</a>)-",
      R"-(<a href=" Patient/1 ">x</a>)-",
      R"-(<a href="#note">x</a>)-",
      R"-(<a href="//x.org/a:b">x</a>)-",
      R"-(<a href="page.html?at=10:30">x</a>)-",
      R"-(<a href="mailto:a@x.org">x</a>)-",
      R"-(<a href="tel:+1-555">x</a>)-",
      R"-(<a href="ftp://x.org">x</a>)-",
      R"-(<a href="urn:oid:1.2">x</a>)-",
      R"-(<a name="n">x</a>)-",
      R"-(<a title="javascript: the language" href="#x">x</a>)-",
      R"-(<q cite="https://x.org">x</q>)-",
      R"-(<img src="https://x.org/a.png" alt="" />)-",
      R"-(<img src="a.png" alt="" />)-",
      R"-(<img src="data:image/png;base64,iVBORw0KGgo=" alt="" />)-",
      R"-(<img src="data: image/png;base64,iVBORw0KGgo=" alt="" />)-",
      R"-(<img src="DATA:image/JPEG;base64,AAAA" alt="" />)-",
      R"-(<p style="color: red; background: rgb(1, 2, 3); width: calc(10% + 2px)">x</p>)-",
      R"-(<p style="font-family: 'Times New Roman', serif">x</p>)-",
      R"-(<p style="background-image: url(tbl_bck10.png)">x</p>)-",
      R"-(<p style="background-image: url('a/b.png')">x</p>)-",
      R"-(<p style="background: url(data:image/png;base64,AAAA)">x</p>)-",
      R"-(<p title="a (b) @c \d url(https://x)">x</p>)-",
  };
  for (const char* const tag : tags) EXPECT_EQ(fault_of(div(tag)), "") << tag;
}

// Read as a browser reads them: entities are decoded, blanks within an address are dropped, and case does not
// matter.
TEST(Narrative, NothingInItRunsOrTellsWhoReads) {
  const std::string tab("\t"), bell("\x07");
  const std::string tags[] = {
      R"-(<a href=" java&#115;cript:alert(1)">x</a>)-",
      R"-(<a href="JavaScript:alert(1)">x</a>)-",
      R"-(<a href="java&#x73;cript:alert(1)">x</a>)-",
      R"-(<a href="javascript&#58;alert(1)">x</a>)-",
      R"-(<a href="javascript&#x3a;alert(1)">x</a>)-",
      R"-(<a href="java&#115cript:alert(1)">x</a>)-",
      R"-(<a href="java&#X73;cript:alert(1)">x</a>)-",
      R"-(<a href="java&Tab;script:alert(1)">x</a>)-",
      R"-(<a href="javascript&colon;alert(1)">x</a>)-",
      R"-(<a href="java&#9;script:alert(1)">x</a>)-",
      R"-(<a href="java&#10;script:alert(1)">x</a>)-",
      R"-(<a href="&#1;javascript:alert(1)">x</a>)-",
      R"-(<a href="&#127;javascript:alert(1)">x</a>)-",
      R"-(<a href="&#x0;javascript:alert(1)">x</a>)-",
      "<a href=\"java" + tab + "script:alert(1)\">x</a>",
      "<a href=\"" + bell + "javascript:alert(1)\">x</a>",
      R"-(<a href="vbscript:x">x</a>)-",
      R"-(<a href="data:text/html,&lt;script&gt;x&lt;/script&gt;">x</a>)-",
      R"-(<a href="data:image/png;base64,AAAA">x</a>)-",
      R"-(<a href="blob:https://x/1">x</a>)-",
      R"-(<a href="file:///etc/passwd">x</a>)-",
      R"-(<a href="view-source:https://x">x</a>)-",
      R"-(<a href="https://x" href="javascript:alert(1)">x</a>)-",
      R"-(<map name="m"><area href="javascript:alert(1)" alt="" /></map>)-",
      R"-(<q cite="javascript:alert(1)">x</q>)-",
      R"-(<img longdesc="javascript:alert(1)" alt="" />)-",
      R"-(<img src="javascript:alert(1)" alt="" />)-",
      R"-(<img src="data:text/html,x" alt="" />)-",
      R"-(<img src="data:image/svg+xml;base64,AAAA" alt="" />)-",
      R"-(<img src="mailto:x@x" alt="" />)-",
      R"-(<img src="a.png" onerror="x" alt="" />)-",
      R"-(<p ONCLICK="x">x</p>)-",
      R"-(<p onmouseover="x">x</p>)-",
      R"-(<p style="background: url(https://x.org/a.png)">x</p>)-",
      R"-(<p style="background: URL( 'https://x.org/a.png' )">x</p>)-",
      R"-(<p style="background: url(&quot;https://x.org/a.png&quot;)">x</p>)-",
      R"-(<p style="background: url(//x.org/a.png)">x</p>)-",
      R"-(<p style="background: u&#114;l(https&#58;//x.org)">x</p>)-",
      R"-(<p style="background: \75rl(https://x.org)">x</p>)-",
      R"-(<p style="background: u/**/rl(https://x.org)">x</p>)-",
      R"-(<p style="background: url(javascript:x)">x</p>)-",
      R"-(<p style="background: url(data:image/svg+xml;base64,AAAA)">x</p>)-",
      R"-(<p style="background: url(https://x.org">x</p>)-",
      R"-(<p style="background: image-set('https://x.org/a.png' 1x)">x</p>)-",
      R"-(<p style="background: url(a.png), url(https://x.org)">x</p>)-",
      R"-(<p style="width: expression(alert(1))">x</p>)-",
      R"-(<p style="@import 'https://x.org'">x</p>)-",
      R"-(<p style="-moz-binding: none">x</p>)-",
      R"-(<p style="BEHAVIOR : none">x</p>)-",
      R"-(<p xmlns="http://www.w3.org/2000/svg">x</p>)-",
      R"-(<p xml:base="javascript:x">x</p>)-",
      R"-(<p xlink:href="https://x">x</p>)-",
      "<base href=\"https://x\"/>",
      "<meta content=\"x\"/>",
      "<link href=\"https://x\"/>",
      "<object data=\"x\"/>",
      "<embed src=\"x\"/>",
      "<iframe src=\"x\"/>",
      "<svg>x</svg>",
      "<math>x</math>",
      "<style>x</style>",
      "<input/>",
      "<video src=\"x\"/>",
      "<SCRIPT>x</SCRIPT>",
      "<![CDATA[<script>x</script>]]>",
      "<?php x ?>",
      "<!DOCTYPE html>",
      "<!ENTITY x 'y'>",
      "<!--><script>x</script>-->",
      "<!---><script>x</script>-->",
      "<!-- --!><script>x</script>-->",
      "<!--[if IE]><script>x</script><![endif]-->",
      "&#0;",
      "&#x1F;",
      "&#xD800;",
      "&#99999999999;",
      "a" + bell,
  };
  for (const std::string& tag : tags) EXPECT_NE(fault_of(div(tag)), "") << tag;
}

TEST(Narrative, SaysSomethingByTextOrAnImage) {
  for (const std::string inner : {"x", "<p>x</p>", "<p><img src=\"#a\" alt=\"\"/></p>"})
    EXPECT_TRUE(read_narrative(div(inner)).says_something) << inner;
  for (const std::string inner : {"", " \n", "<p> </p><!-- x -->"}) {
    EXPECT_FALSE(read_narrative(div(inner)).says_something) << inner;
    EXPECT_EQ(fault_of(div(inner)), "") << inner;
  }
}

}  // namespace
}  // namespace handoff::fhirpath
