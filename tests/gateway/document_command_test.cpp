// A document from outside as a page. The page shows what the document says. Nothing in it runs, loads, links
// elsewhere or pretends to be the page.
#include "tools/document_command.h"

#include <gtest/gtest.h>
#include <re2/re2.h>
#include <unistd.h>

#include <fstream>
#include <random>
#include <sstream>

#include "json/document.h"
#include "tools/document_page.h"
#include "tools/shown_narrative.h"

namespace handoff::gateway {
namespace {

std::string div(const std::string& body) {
  return "<div xmlns=\"http://www.w3.org/1999/xhtml\">" + body + "</div>";
}

std::string text(const std::string& body) {
  json::Arena arena;
  return R"("text":{"status":"generated","div":)" + json::write(arena.string(div(body))) + "}";
}

std::string document(const std::string& sections,
                     const std::string& more = R"("title":"Aftercare plan","status":"final")") {
  return R"({"resourceType":"Bundle","type":"document","identifier":{"value":"urn:uuid:1"},"timestamp":"2024-05-01T16:00:00Z",
    "meta":{"security":[{"code":"NORDSCLCD"}]},"entry":[{"resource":{"resourceType":"Composition","date":"2024-05-01",)" +
         more + "," + text("<p>all of it</p>") +
         R"(,"subject":{"reference":"Patient/p"},"author":[{"reference":"Organization/o"}],
    "section":[)" +
         sections + R"(]}},
    {"resource":{"resourceType":"Patient","id":"p","name":[{"family":"O'Neil <b>","given":["Ana"]}],"birthDate":"1990-02-03",)" +
         text("<p>Person</p>") +
         R"(}},{"resource":{"resourceType":"Organization","id":"o","name":"Vendor & Co"}}]})";
}

std::string page_of(const std::string& bundle) {
  const auto parsed = json::parse(bundle);
  EXPECT_TRUE(parsed) << bundle;
  auto page = document_page(parsed->root());
  EXPECT_TRUE(page) << page.error().summary();
  return page ? std::move(*page) : std::string();
}

TEST(DocumentPage, ShowsEveryNarrativeInOrder) {
  const std::string page = page_of(document(
      R"({"title":"Goals",)" + text("<table><tr><td>Keep housing</td></tr></table>") + R"(,"section":[
    {"title":"Nearer",)" +
      text("<p>inner</p>") + R"(}]},{"title":"Notice: redisclosure prohibited",)" +
      text("<p>42 CFR part 2</p>") + "}"));
  std::size_t at = 0;
  for (const char* next :
       {"<h1>Aftercare plan</h1>", "For Ana O&#39;Neil &lt;b&gt;, born February 3, 1990",
        "May 1, 2024, by Vendor &amp; Co", "42 CFR part 2 prohibits unauthorized use", "<h2>Summary</h2>",
        "all of it", "<p>Person</p>", "<h2>Goals</h2>", "Keep housing", "<h3>Nearer</h3>", "inner",
        "class=\"notice\">\n<h2>Notice: redisclosure prohibited</h2>", "42 CFR part 2</p>", "<footer>",
        "urn:uuid:1", "May 1, 2024, 12:00 Eastern time", "Vendor &amp; Co", "</html>"}) {
    const std::size_t found = page.find(next, at);
    ASSERT_NE(found, page.npos) << next << " after\n" << page.substr(at);
    at = found;
  }
  EXPECT_NE(page.find("@media print"), page.npos);
  EXPECT_NE(page.find("default-src 'none'"), page.npos);
}

TEST(DocumentPage, SaysWhatIsNotFinalAndWhatHasNoText) {
  const std::string page =
      page_of(document(R"({"title":"Goals"},{"code":{"text":"By code"},"emptyReason":{"text":"none known"}})",
                       R"("title":"<script>","status":"entered-in-error")"));
  for (const char* there :
       {"its status is \"entered-in-error\"", "This part has no readable text.", "<h2>By code</h2>",
        "This section is empty: none known.", "<title>&lt;script&gt;</title>"})
    EXPECT_NE(page.find(there), page.npos) << there << "\n" << page;
  EXPECT_EQ(page.find("<script"), page.npos);
}

// A narrative that R4 does not allow is not shown at all.
TEST(DocumentPage, ANarrativeThatIsNoneIsNotShown) {
  for (const char* hostile :
       {"<script>alert(1)</script>", "<p onclick=\"x()\">a</p>", "<a href=\"javascript:x()\">a</a>",
        "<iframe src=\"//x\"></iframe>", "<p style=\"background:url(https://x/y)\">a</p>",
        "<svg onload=\"x()\"/>", "<p>a", "</div><script>x</script><div>", "<![CDATA[<script>]]>",
        "<object data=\"x\"></object>", "<form action=\"//x\"><input/></form>", "<!--><script>x</script>-->",
        "<link rel=\"stylesheet\" href=\"x\"/>", "<meta http-equiv=\"refresh\" content=\"0\"/>", "&bogus;",
        "<base href=\"//x\"/>"}) {
    const std::string page = page_of(document(R"({"title":"Goals",)" + text(hostile) + "}"));
    EXPECT_NE(page.find("The text is not shown: the narrative "), page.npos) << hostile;
    for (const char* gone : {"<script", "<iframe", "onclick=", "javascript:", "<svg", "//x"})
      EXPECT_EQ(page.find(gone), page.npos) << hostile;
  }
}

TEST(ShownNarrative, KeepsWordsAndStructureAlone) {
  struct Case {
    const char* body;
    const char* shown;
  };
  const Case cases[] = {
      {"<p>a &amp; b &#160; c > d</p>", "<p>a &amp; b &#160; c &gt; d</p>"},
      {"<p class=\"notice\" id=\"x\" style=\"color: red\" title=\"t\">a</p>", "<p>a</p>"},
      {"<a href=\"https://x.org/\" target=\"_top\">a</a>", "<span>a</span>"},
      {"<img src=\"https://x.org/i.png\" alt=\"a &lt; b\"/>c", "[image: a &lt; b]c"},
      {"<img src=\"#i\"></img>c", "[image]c"},
      {"a<br/>b<br></br>c<hr />", "a<br>b<br>c<hr>"},
      {"<p/>a", "<p></p>a"},
      {"<table border=\"1\"><tr><td colspan=\"2\" rowspan='3' width=\"9\">a</td><td "
       "colspan=\"9999\">b</td></tr></table>",
       "<table><tr><td colspan=\"2\" rowspan=\"3\">a</td><td>b</td></tr></table>"},
      {"<p lang=\"es\" dir=\"rtl\">a</p><p lang=\"a b\">b</p>", "<p lang=\"es\" dir=\"rtl\">a</p><p>b</p>"},
      {"<p title=\"a > b\">c</p >", "<p>c</p>"},
      {"a<!-- <script>x</script> -->b", "ab"},
      {"<font color=\"white\">hidden?</font>", "<span>hidden?</span>"},
  };
  for (const Case& c : cases) {
    const ShownNarrative shown = show_narrative(div(c.body));
    EXPECT_EQ(shown.fault, "") << c.body;
    EXPECT_EQ(shown.html, std::string("<div>") + c.shown + "</div>") << c.body;
  }
  EXPECT_EQ(show_narrative(div(" ")).fault, "says nothing");
}

// For every input that passes the check: each tag of the page has one of a few forms, and the tags close each
// other.
TEST(ShownNarrative, WritesNothingButPlainTags) {
  constexpr const char* pieces[] = {"<p>",
                                    "</p>",
                                    "<b>",
                                    "</b>",
                                    "<a href=\"https://x/?a>b\">",
                                    "</a>",
                                    "<br/>",
                                    "<br>",
                                    "</br>",
                                    "x > y",
                                    "<td colspan='2' class=\"c\">",
                                    "</td>",
                                    "<img alt=\"a > 'b'\" src=\"#i\"/>",
                                    "<!-- <b> -->",
                                    "&lt;i&gt;",
                                    "&#60;",
                                    "<p title=\"'>\">",
                                    "<hr />",
                                    "</p >",
                                    "<b />",
                                    "<br / >",
                                    "<p / >",
                                    "<ul><li>a</li></ul>",
                                    "<area/>",
                                    "<",
                                    ">",
                                    "'",
                                    "\"",
                                    "/"};
  const RE2 plain("<div>|<(br|hr|col)>|<(p|b|span|td|ul|li)( colspan=\"2\")?>|</(p|b|span|td|ul|li|div)>");
  std::mt19937 random(7);
  int shown = 0;
  for (int i = 0; i < 60'000; ++i) {
    std::string body;
    for (unsigned left = random() % 6 + 1; left > 0; --left) body += pieces[random() % std::size(pieces)];
    const ShownNarrative found = show_narrative(div(body));
    if (!found.fault.empty()) continue;
    ++shown;
    int open = 0;
    for (std::size_t at = found.html.find('<'); at != std::string::npos; at = found.html.find('<', at + 1)) {
      const std::string tag = found.html.substr(at, found.html.find('>', at) - at + 1);
      ASSERT_TRUE(RE2::FullMatch(tag, plain)) << tag << " of " << body;
      open += tag[1] == '/' ? -1 : tag == "<br>" || tag == "<hr>" ? 0 : 1;
      ASSERT_GE(open, 0) << body;
    }
    ASSERT_EQ(open, 0) << body;
  }
  EXPECT_GT(shown, 1'000);
}

class DocumentCommandTest : public testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(folder_); }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  int run(const std::string& content) {
    std::ofstream(folder_ / "in.json", std::ios::binary) << content;
    out_.str("");
    testing::internal::CaptureStderr();
    const int code = run_document_show(out_, {folder_ / "in.json", {}});
    told_ = testing::internal::GetCapturedStderr();
    return code;
  }
  const std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("handoff-document-" + std::to_string(::getpid()));
  std::ostringstream out_;
  std::string told_;
};

TEST_F(DocumentCommandTest, WritesThePage) {
  EXPECT_EQ(run(document("")), 0);
  EXPECT_TRUE(out_.str().starts_with("<!DOCTYPE html>"));
  EXPECT_EQ(told_, "");
  EXPECT_EQ(run_document_show(out_, {folder_ / "in.json", folder_ / "out.html"}), 0);
  std::ifstream in(folder_ / "out.html");
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), out_.str());
  const auto mode = std::filesystem::status(folder_ / "out.html").permissions();
  EXPECT_EQ(mode, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write)
      << "a person's record";
}

TEST_F(DocumentCommandTest, RefusesWhatIsNoDocumentInOneLine) {
  struct Case {
    std::string content, told;
  };
  const Case cases[] = {
      {"{", "in.json: "},
      {R"({"resourceType":"Patient"})", "this is not a Bundle"},
      {R"({"resourceType":"Bundle","type":"searchset"})", "this Bundle is not a document"},
      {R"({"resourceType":"Bundle","type":"document","entry":[{"resource":{"resourceType":"Patient","id":"secret"}}]})",
       "must be its Composition"},
      {R"({"resourceType":"Bundle","type":"document"})", "must be its Composition"},
      {std::string((16u << 20) + 1, ' '), "it is larger than 16 MiB"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(run(c.content), 1) << c.told;
    EXPECT_NE(told_.find(c.told), told_.npos) << told_;
    EXPECT_EQ(std::count(told_.begin(), told_.end(), '\n'), 1) << told_;
    EXPECT_EQ(told_.find("secret"), told_.npos);
    EXPECT_EQ(out_.str(), "");
  }
}

TEST_F(DocumentCommandTest, AFileThatCannotBeReadIsAWrongCall) {
  for (const auto& file : {folder_ / "none.json", folder_}) EXPECT_EQ(run_document_show(out_, {file, {}}), 2);
  ASSERT_EQ(run(document("")), 0);
  EXPECT_EQ(run_document_show(out_, {folder_ / "in.json", folder_ / "none" / "out.html"}), 1);
}

}  // namespace
}  // namespace handoff::gateway
