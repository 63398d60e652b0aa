#include "fhirpath/narrative.h"

#include <gtest/gtest.h>

namespace handoff::fhirpath {
namespace {

std::string div(const std::string& inner) { return "<div xmlns=\"http://www.w3.org/1999/xhtml\">" + inner + "</div>"; }

std::string fault_of(const std::string& xhtml) { return read_narrative(xhtml).fault; }

TEST(Narrative, AcceptsFormattedText) {
  for (const std::string inner :
       {"text", "<p>a<br/>b</p>", "<!-- note --><table border=\"1\"><tbody><tr><td>1</td></tr></tbody></table>",
        "<a href=\"https://x.org\" title='q'>x</a>", "a &amp; b &#160; &lt; &#xa0;", "<img src=\"#p\" alt=\"x\" />", "<div><div/>x</div>",
        "<table><tr><td rowspan=\"2\">1</td ></tr></table>", "<address>x</address>", "<center><u>x</u><br clear=\"all\"/></center>"})
    EXPECT_EQ(fault_of(div(inner)), "") << inner;
  EXPECT_EQ(fault_of(" \n" + div("x") + " \n"), "");
}

TEST(Narrative, RefusesWhatIsNotWellFormedOrCouldRun) {
  const std::pair<std::string, const char*> cases[] = {
      {"", "must be one <div>"},
      {"text", "must be one <div>"},
      {"<divx></divx>", "divx"},
      {"<div>x</div>", "lacks xmlns"},
      {"<div xmlns=\"http://x.org\">x</div>", "lacks xmlns"},
      {div("x") + div("y"), "must be one <div>"},
      {div("x") + "y", "outside"},
      {div("<p>"), "closes </div>"},
      {div("</p>"), "closes </p>"},
      {"<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>", "does not close <p>"},
      {"<div xmlns=\"http://www.w3.org/1999/xhtml\"", "does not end"},
      {div("<!-- x"), "comment"},
      {div("<script>x</script>"), "<script>"},
      {div("<p onclick=\"x\">x</p>"), "'onclick'"},
      {div("<a href=\"javascript:x\">x</a>"), "script"},
      {div("<p class=a>x</p>"), "without quotes"},
      {div("<p class>x</p>"), "without a value"},
      {div("<p class=\"<\">x</p>"), "'<'"},
      {div("a & b"), "begins no entity"},
      {div("a &reg; b"), "begins no entity"},
      {div("a &#; b"), "begins no entity"},
      {div("a &#x; b"), "begins no entity"},
      {div("a &"), "begins no entity"},
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
