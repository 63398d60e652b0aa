// Each rule finds what it forbids, and nothing else.
#include <gtest/gtest.h>

#include <sstream>

#include "rules.h"

namespace handoff::tidy {
namespace {

TEST(TidyItself, ReadsCodeWithoutCommentsAndLiterals) {
  EXPECT_EQ(code_of("a // b\nc"), "a     \nc");
  EXPECT_EQ(code_of("a /* b\n */ c"), "a     \n    c");
  EXPECT_EQ(code_of(R"(x = "a\"b;" + ';' + 1'000;)"), R"(x = "     " + ' ' + 1'000;)");
  EXPECT_EQ(code_of("R\"x({)\")x\"; y"), "R" + std::string(8, ' ') + "\"; y");
}

TEST(TidyItself, FindsForbiddenIncludes) {
  std::istringstream in("core: \njson: core\nrest: json;core\n");
  const Edges edges = parse_edges(in);
  const auto count = [&edges](const char* path, const char* text) {
    return check_includes(source(path, text), edges).size();
  };
  EXPECT_EQ(count("src/rest/a.cpp", "#include \"json/b.h\"\n#include \"rest/c.h\"\n#include <vector>\n"), 0u);
  EXPECT_EQ(count("src/json/a.cpp", "#include \"rest/b.h\"\n"), 1u);
  EXPECT_EQ(count("src/core/a.h", "\n#include \"json/b.h\"\n"), 1u);
  EXPECT_EQ(count("src/unknown/a.h", "#include \"core/b.h\"\n"), 1u);
  EXPECT_EQ(count("gateway/a.cpp", "#include \"rest/b.h\"\n"), 0u);
}

TEST(TidyItself, FindsTheFormsOfAwaitThatMiscompile) {
  const auto count = [](const std::string& statement) {
    return check_coroutines(source("src/net/a.cpp", "awaitable<void> f() {\n" + statement + "\n}\n")).size();
  };
  for (const char* good :
       {"co_await g(a, std::move(b));", "const auto x = co_await g();", "auto [a, b] = co_await g(T(1));",
        "[[maybe_unused]] auto [a] = co_await g();", "co_return co_await g();", "if (a) co_await g();",
        "for (;;) { co_await g(a[i]); }", "bool more = co_await g();", "else co_return co_await g();",
        "co_spawn(c, []() -> awaitable<void> { co_await g(); }, log_end);", "// if (co_await g())",
        "std::vector<int> v = co_await g();"})
    EXPECT_EQ(count(good), 0u) << good;
  for (const char* bad : {"if (co_await g()) h();",
                          "while (!co_await g()) h();",
                          "x = a ? co_await g() : b;",
                          "h(co_await g());",
                          "T x{co_await g()};",
                          "auto x = T{co_await g()};",
                          "auto x = (co_await g()).y;",
                          "x.y = co_await g();",
                          "x = co_await g();",
                          "auto x = a + co_await g();",
                          "co_return !co_await g();",
                          "for (; co_await g();) h();",
                          "co_await (g() && h());",
                          "co_await g() || h();",
                          "co_await g({1, 2});",
                          "co_await g(T{1});",
                          "co_await g([] { return 1; });",
                          "co_return a && co_await g();",
                          "co_spawn(c, [x]() -> awaitable<void> { co_await g(x); }, log_end);",
                          "auto l = [&] () -> awaitable<int> { co_return 1; };",
                          "co_spawn(c, g(), detached);",
                          "using namespace asio::experimental::awaitable_operators;"})
    EXPECT_GE(count(bad), 1u) << bad;
}

TEST(TidyItself, FindsWhatIsTooLong) {
  const auto rules = [](const char* path, const std::string& text) {
    std::string all;
    for (const Finding& finding : check_lengths(source(path, text))) all += finding.rule + " ";
    return all;
  };
  const auto lines = [](std::size_t count, const std::string& line) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text += line + "\n";
    return text;
  };
  EXPECT_EQ(rules("src/a/a.h", lines(149, "int a;")), "");
  EXPECT_EQ(rules("src/a/a.h", lines(150, "int a;")), "file-length ");
  EXPECT_EQ(rules("src/a/a.cpp", lines(399, "int a;")), "");
  EXPECT_EQ(rules("src/a/a.cpp", lines(400, "int a;")), "file-length ");
  EXPECT_EQ(rules("src/a/a.cpp", "// " + lines(1, std::string(107, 'a'))), "");
  EXPECT_EQ(rules("src/a/a.cpp", "// " + lines(1, std::string(108, 'a'))), "line-length ");
  EXPECT_EQ(rules("src/a/a.cpp", "namespace n {\nvoid f() {\n" + lines(67, "g();") + "}\n}\n"), "");
  EXPECT_EQ(rules("src/a/a.cpp", "namespace n {\nvoid f() {\n" + lines(68, "g();") + "}\n}\n"),
            "function-length ");
  EXPECT_EQ(rules("src/a/a.cpp", "struct S {\ntemplate <class T> int f(T t) const noexcept {\n" +
                                     lines(34, "if (t) {\n}") + "}\n};\n"),
            "function-length ");
  EXPECT_EQ(rules("src/a/a.cpp", "S::S() : a_{1}, b_(2) {\n" + lines(68, "g();") + "}\n"),
            "function-length ");
  EXPECT_EQ(rules("src/a/a.cpp",
                  "template <class T>\nstruct S {\n" + lines(80, "int f(int a) { return a; }") + "};\n"),
            "");
}

TEST(TidyItself, FindsEveryBan) {
  struct Case {
    const char *path, *text;
    std::size_t count;
  };
  const Case cases[] = {
      {"src/sqlite/a.h", "#include <sqlite3.h>", 1},
      {"src/a/a.cpp", "#include <sqlite3.h>", 1},
      {"src/a/a.cpp", "#include \"sqlite/engine.h\"", 1},
      {"src/a/a.cpp", "// SQLite has it", 1},
      {"gateway/serve/engine.cpp", "#include \"sqlite/engine.h\"", 0},
      {"src/sqlite/a.cpp", "#include <sqlite3.h>", 0},
      {"src/a/a.h", "#include <curl/curl.h>", 1},
      {"src/a/a.h", "#include <openssl/evp.h>", 1},
      {"src/a/a.h", "#include <rapidjson/reader.h>", 1},
      {"src/a/a.h", "#include <libpq-fe.h>", 1},
      {"src/a/a.cpp", "#include <boost/beast/http.hpp>", 1},
      {"src/net/a.cpp", "#include <boost/beast/http.hpp>", 0},
      {"src/a/a.cpp", "std::system(\"ls\");", 1},
      {"src/a/a.cpp", "file_system(1); x.system(); y[\"system(\"];", 0},
      {"src/a/a.cpp", "sprintf(a, b);", 1},
      {"src/a/a.cpp", "strcpy(a, b);", 1},
      {"src/a/a.cpp", "gets(a);", 1},
      {"src/a/a.cpp", "fgets(a, b, c); snprintf(a, b, c);", 0},
      {"src/a/a.cpp", "int a = rand();", 1},
      {"src/a/a.cpp", "int a = operand();", 0},
      {"src/a/a.cpp", "thread_ = std::thread([] {});", 1},
      {"src/core/thread.h", "return std::thread(f);", 0},
      {"src/a/a.cpp", "threads_.emplace_back([] {});", 1},
      {"src/a/a.cpp", "auto a = std::async(f);", 1},
      {"src/a/a.cpp", "std::regex r;", 1},
      {"src/a/a.cpp", "#include \"disclosure/seal.h\"", 1},
      {"src/a/a.cpp", "std::cout << 1;", 1},
      {"gateway/a.cpp", "std::cout << 1;", 0},
      {"src/a/a.cpp", "time(nullptr);", 1},
      {"src/core/a.cpp", "time(nullptr);", 0},
      {"src/a/a.cpp", "using namespace std;", 1},
      {"src/a/a.cpp", "// TODO: later", 1},
      {"src/a/a.cpp", "// FIXME", 1},
      {"gateway/a.cpp", "/* XXX */", 1},
      {"src/a/a.cpp", "f(\"TODO\");", 1},
      {"src/a/a.cpp", "// std::regex overflows", 0},
  };
  std::set<std::string_view> caught;
  for (const Case& each : cases) {
    const Findings found = check_bans(source(each.path, each.text));
    EXPECT_EQ(found.size(), each.count) << each.text;
    for (const Ban& ban : all_bans())
      for (const Finding& finding : found)
        if (finding.what.starts_with(ban.token)) caught.insert(ban.token);
  }
  EXPECT_EQ(caught.size(), all_bans().size()) << "a ban that nothing here shows to work";
}

}  // namespace
}  // namespace handoff::tidy
