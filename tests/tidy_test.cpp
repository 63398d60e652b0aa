// Reads the repository itself and checks the rules of this code: which module may include which, the forms of
// co_await that the compilers get right, lengths, and what must not occur. A finding that must stay is in
// `exceptions` below, with its reason and count. An exception that is no longer needed fails, too.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace {

namespace fs = std::filesystem;

struct Source {
  std::string path;  // from the repository's root
  std::string text;
  // Text with blanks for comments and the inside of literals; every line stays in its place.
  std::string code;
};

struct Finding {
  std::string rule;
  std::string path;
  std::size_t line;
  std::string what;
};
using Findings = std::vector<Finding>;

struct Exception {
  std::string_view rule;
  std::string_view path;
  std::size_t count;
  std::string_view reason;
};
const std::vector<Exception> exceptions = {
    {"file-length", "src/core/limits.h", 1, "all limits stand in one header, each with its reason"}};

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\n");
  return first == text.npos ? std::string_view{}
                            : text.substr(first, text.find_last_not_of(" \t\n") - first + 1);
}

std::size_t line_at(std::string_view text, std::size_t offset) {
  return 1 + std::size_t(std::count(text.begin(), text.begin() + std::ptrdiff_t(offset), '\n'));
}

// The offset after the literal or comment that begins at `at`; `at` itself if none begins there.
std::size_t end_of_quiet(std::string_view text, std::size_t at) {
  const auto behind = [&text](std::size_t found, std::size_t length) {
    return found == text.npos ? text.size() : found + length;
  };
  const std::string_view rest = text.substr(at);
  const bool in_word = at > 0 && is_word(text[at - 1]);
  if (rest.starts_with("//")) return std::min(text.find('\n', at), text.size());
  if (rest.starts_with("/*")) return behind(text.find("*/", at + 2), 2);
  if (rest.starts_with("R\"") && !in_word) {
    const auto open = text.find('(', at);
    const std::string close = ")" + std::string(text.substr(at + 2, open - at - 2)) + "\"";
    return behind(text.find(close, open), close.size());
  }
  if (rest.front() != '"' && (rest.front() != '\'' || in_word)) return at;  // 1'000 is a number
  for (std::size_t i = at + 1; i < text.size(); ++i) {
    if (text[i] == '\\') ++i;
    else if (text[i] == rest.front()) return i + 1;
  }
  return text.size();
}

std::string code_of(std::string_view text) {
  std::string code(text);
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t end = end_of_quiet(text, i);
    if (end == i) {
      ++i;
      continue;
    }
    const bool literal = text[i] != '/';
    for (std::size_t k = i; k < end; ++k)
      if (text[k] != '\n' && !(literal && (k == i || k + 1 == end))) code[k] = ' ';
    i = end;
  }
  return code;
}

Source source(std::string path, std::string text) { return {std::move(path), text, code_of(text)}; }

// The offsets of `token` in the code where it is not a part of a longer word.
std::vector<std::size_t> occurrences(std::string_view code, std::string_view token) {
  std::vector<std::size_t> all;
  for (auto at = code.find(token); at != code.npos; at = code.find(token, at + 1)) {
    const bool begins = at == 0 || !is_word(token.front()) || !is_word(code[at - 1]);
    const auto end = at + token.size();
    const bool ends = end == code.size() || !is_word(token.back()) || !is_word(code[end]);
    if (begins && ends) all.push_back(at);
  }
  return all;
}

// --- 1. Includes -------------------------------------------------------------------------------------------

using Edges = std::map<std::string, std::set<std::string>>;

Edges parse_edges(std::istream& in) {  // "rest: disclosure;admission"
  Edges edges;
  for (std::string line; std::getline(in, line);) {
    const auto colon = line.find(':');
    auto& depends = edges[line.substr(0, colon)];
    std::string name;
    for (const char c : line.substr(colon + 1) + ";") {
      if (is_word(c)) name += c;
      else if (!name.empty()) depends.insert(std::exchange(name, {}));
    }
  }
  return edges;
}

std::string module_of(
    const std::string& path) {  // "src/rest/interactions/read.cpp" → "rest"; empty in gateway
  return path.starts_with("src/") ? path.substr(4, path.find('/', 4) - 4) : std::string();
}

Findings check_includes(const Source& file, const Edges& edges) {
  Findings found;
  const std::string module = module_of(file.path);
  std::istringstream lines(file.text);
  std::size_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (!line.starts_with("#include \"")) continue;
    const std::string header = line.substr(10, line.find('"', 10) - 10);
    const std::string named = header.substr(0, header.find('/'));
    if (module.empty() || named == module) continue;
    const auto known = edges.find(module);
    if (known == edges.end() || !known->second.contains(named))
      found.push_back({"include", file.path, number, module + " may not include " + header});
  }
  return found;
}

// --- 2. Coroutines -----------------------------------------------------------------------------------------

constexpr std::string_view openers = "([{", closers = ")]}";

std::size_t matching_close(std::string_view code, std::size_t open) {
  std::size_t depth = 0;
  for (std::size_t i = open; i < code.size(); ++i) {
    if (openers.find(code[i]) != openers.npos) ++depth;
    if (closers.find(code[i]) != closers.npos && --depth == 0) return i;
  }
  return code.size();
}

// True if this '{' opens a block of statements, and not an initializer.
bool opens_block(std::string_view code, std::size_t brace) {
  const std::string_view before = trimmed(code.substr(0, brace));
  if (before.empty() || std::string_view(");{}:").find(before.back()) != std::string_view::npos) return true;
  for (const std::string_view word : {"else", "do", "try", "const", "noexcept", "override", "mutable"})
    if (before.ends_with(word)) return true;
  const auto arrow = before.rfind("->"), paren = before.rfind(')');
  return arrow != before.npos && paren != before.npos &&
         trimmed(before.substr(paren + 1, arrow - paren - 1)).empty();  // lambda with a result
}

// The statement's text before `at`; nothing if `at` is within parentheses, brackets or an initializer.
std::optional<std::string> statement_before(std::string_view code, std::size_t at) {
  std::size_t depth = 0, begin = std::string_view::npos;
  for (std::size_t i = at; i > 0; --i) {
    const char c = code[i - 1];
    if (depth == 0 && begin == code.npos && (c == ';' || c == '}')) begin = i;
    if (closers.find(c) != closers.npos) ++depth;
    if (openers.find(c) == openers.npos) continue;
    if (depth > 0) {
      --depth;
      continue;
    }
    if (c != '{' || !opens_block(code, i - 1)) return std::nullopt;
    if (begin == code.npos) begin = i;
    break;
  }
  return begin == code.npos ? std::nullopt
                            : std::optional(std::string(trimmed(code.substr(begin, at - begin))));
}

std::string_view without_control(std::string_view text) {
  for (bool again = true; again;) {
    again = false;
    for (const std::string_view word : {"else", "do", "if", "while", "for"}) {
      if (!text.starts_with(word) || (text.size() > word.size() && is_word(text[word.size()]))) continue;
      std::string_view rest = trimmed(text.substr(word.size()));
      if (rest.starts_with('(')) rest = trimmed(rest.substr(matching_close(rest, 0) + 1));
      text = rest;
      again = true;
    }
  }
  return text;
}

bool is_named_local(std::string_view text) {  // "auto [a, b] =", "const bool more ="
  if (!text.ends_with('=')) return false;
  text = trimmed(text.substr(0, text.size() - 1));
  if (text.starts_with("[[maybe_unused]]")) text = trimmed(text.substr(16));
  if (text.ends_with(']')) return trimmed(text.substr(0, text.find('['))).ends_with("auto");
  std::size_t name = text.size();
  while (name > 0 && is_word(text[name - 1])) --name;
  const std::string_view type = trimmed(text.substr(0, name));
  return name < text.size() && !type.empty() && std::all_of(type.begin(), type.end(), [](char c) {
           return is_word(c) || std::string_view(":<>,&* ").find(c) != std::string_view::npos;
         });
}

bool begins_lambda(std::string_view code, std::size_t bracket) {
  const std::string_view before = trimmed(code.substr(0, bracket));
  if (code.substr(bracket).starts_with("[[") || (bracket > 0 && code[bracket - 1] == '[')) return false;
  return before.empty() || before.ends_with("return") ||
         (!is_word(before.back()) && before.back() != ')' && before.back() != ']');
}

// Empty if the awaited expression has a permitted form.
std::string fault_of_awaited(std::string_view expression) {
  if (expression.find('{') != expression.npos) return "braces in an awaited call";
  for (std::size_t i = 0; i < expression.size(); ++i)
    if (expression[i] == '[' && begins_lambda(expression, i)) return "a lambda in an awaited call";
  if (trimmed(expression.substr(std::string_view("co_await").size())).starts_with('('))
    return "parentheses around what is awaited";
  std::size_t depth = 0;
  for (std::size_t i = 0; i < expression.size(); ++i) {
    if (openers.find(expression[i]) != openers.npos) ++depth;
    if (closers.find(expression[i]) != closers.npos) --depth;
    for (const std::string_view op : {"&&", "||", "?", "==", "!="})
      if (depth == 0 && expression.substr(i).starts_with(op)) return "an operator on what is awaited";
  }
  return {};
}

Findings check_coroutines(const Source& file) {
  Findings found;
  const std::string_view code = file.code;
  const auto report = [&](std::size_t at, std::string what) {
    found.push_back({"await", file.path, line_at(code, at), std::move(what)});
  };
  for (const std::size_t at : occurrences(code, "co_await")) {
    const auto before = statement_before(code, at);
    const std::string_view form = before ? without_control(*before) : std::string_view{};
    if (!before || !(form.empty() || form == "co_return" || is_named_local(form))) {
      report(at, "co_await must be a statement, initialize a named local or follow co_return");
      continue;
    }
    if (std::string fault = fault_of_awaited(code.substr(at, code.find(';', at) - at)); !fault.empty())
      report(at, std::move(fault));
  }
  for (std::size_t at = code.find('['); at != code.npos; at = code.find('[', at + 1)) {
    if (!begins_lambda(code, at)) continue;
    const std::size_t close = matching_close(code, at);
    const std::size_t open = code.find('{', close), end = code.find(';', close);
    if (trimmed(code.substr(at + 1, close - at - 1)).empty() || open == code.npos || end < open) continue;
    const std::string_view body = code.substr(open, matching_close(code, open) - open);
    for (const std::string_view word : {"co_await", "co_return", "co_yield"})
      if (!occurrences(body, word).empty()) {
        report(at, "a coroutine must not be a lambda that captures");
        break;
      }
  }
  for (const std::string_view word : {"detached", "awaitable_operators"})
    for (const std::size_t at : occurrences(code, word))
      report(at, std::string(word) + " loses failures or mixes threads");
  return found;
}

// --- 3. Lengths --------------------------------------------------------------------------------------------

constexpr std::size_t file_lines_max = 400, header_lines_max = 150, function_lines_max = 70,
                      line_characters_max = 110;

bool heads_a_scope(std::string_view head) {
  if (head.starts_with("template"))
    head = trimmed(head.substr(std::min(head.find('>'), head.size() - 1) + 1));
  for (const std::string_view word :
       {"namespace", "inline namespace", "class", "struct", "enum", "union", "extern"})
    if (head.starts_with(word) && head.find('(') == head.npos) return true;
  return false;
}

void check_functions(const Source& file, Findings& found) {
  std::vector<bool> blocks;  // for each open brace: does it begin an outermost function?
  std::size_t functions = 0, begun = 0, head = 0;
  for (std::size_t i = 0; i < file.code.size(); ++i) {
    const char c = file.code[i];
    if (c == '{') {
      const std::string_view before = trimmed(std::string_view(file.code).substr(head, i - head));
      const bool function =
          functions == 0 && !heads_a_scope(before) && (before.empty() || before.find('(') != before.npos);
      blocks.push_back(function);
      if (function) functions = 1, begun = i;
    } else if (c == '}' && !blocks.empty()) {
      if (blocks.back()) {
        functions = 0;
        const std::size_t lines = line_at(file.code, i) - line_at(file.code, begun) + 1;
        if (lines >= function_lines_max)
          found.push_back({"function-length", file.path, line_at(file.code, begun),
                           "a function of " + std::to_string(lines) + " lines"});
      }
      blocks.pop_back();
    }
    if (c == ';' || c == '{' || c == '}') head = i + 1;
  }
}

std::size_t characters_of(const std::string& line) {
  return std::size_t(std::count_if(line.begin(), line.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

Findings check_lengths(const Source& file) {
  Findings found;
  const std::size_t lines = std::size_t(std::count(file.text.begin(), file.text.end(), '\n'));
  const std::size_t lines_max = file.path.ends_with(".h") ? header_lines_max : file_lines_max;
  if (lines >= lines_max)
    found.push_back({"file-length", file.path, lines, std::to_string(lines) + " lines"});
  std::istringstream text(file.text);
  std::size_t number = 0;
  for (std::string line; std::getline(text, line);) {
    ++number;
    const std::size_t characters = characters_of(line);
    if (characters > line_characters_max)
      found.push_back({"line-length", file.path, number, std::to_string(characters) + " characters"});
  }
  check_functions(file, found);
  return found;
}

// --- 4. What must not occur --------------------------------------------------------------------------------

bool in_headers(const std::string& path) { return path.ends_with(".h"); }
bool outside_net(const std::string& path) { return !path.starts_with("src/net/"); }
bool outside_disclosure(const std::string& path) { return !path.starts_with("src/disclosure/"); }
bool outside_gateway(const std::string& path) { return !path.starts_with("gateway/"); }
bool outside_clocks(const std::string& path) {
  return !path.starts_with("src/core/") && !path.starts_with("src/net/");
}
bool outside_threads(const std::string& path) { return path != "src/core/thread.h"; }
// It must be possible to add a second engine as one folder. So only the composition names an engine.
bool outside_engine(const std::string& path) {
  return !path.starts_with("src/sqlite/") && !path.starts_with("gateway/serve/engine.");
}
bool anywhere(const std::string&) { return true; }

struct Ban {
  std::string_view token;
  bool (*applies)(const std::string& path);
  bool in_comments;  // also in literals and in the names of includes
  std::string_view why;
};
constexpr Ban bans[] = {
    {"sqlite3.h", in_headers, true, "stays in .cpp files"},
    {"include <curl/", in_headers, true, "stays in .cpp files"},
    {"include <openssl/", in_headers, true, "stays in .cpp files"},
    {"include <rapidjson/", in_headers, true, "stays in .cpp files"},
    {"libpq-fe.h", in_headers, true, "stays in .cpp files"},
    {"boost/beast", outside_net, true, "stays in net"},
    {"disclosure/seal.h", outside_disclosure, true, "makes what may leave: only disclosure does"},
    {"sqlite", outside_engine, true, "stays in its engine"},
    {"SQLite", outside_engine, true, "stays in its engine"},
    {"sqlite3", outside_engine, true, "stays in its engine"},
    {"system(", anywhere, false, "runs a shell"},
    {"sprintf(", anywhere, false, "knows no bounds"},
    {"strcpy(", anywhere, false, "knows no bounds"},
    {"gets(", anywhere, false, "knows no bounds"},
    {"rand(", anywhere, false, "is predictable"},
    {"std::regex", anywhere, false, "overflows the stack on hostile input; use RE2"},
    {"std::cout", outside_gateway, false, "data goes out through the gateway"},
    {"time(nullptr)", outside_clocks, false, "time comes from a Clock"},
    {"std::thread(", outside_threads, false, "threads begin in core/thread.h, within a boundary"},
    {"threads_.emplace_back", outside_threads, false, "threads begin in core/thread.h, within a boundary"},
    {"std::async", anywhere, false, "threads begin in core/thread.h, within a boundary"},
    {"using namespace std", anywhere, false, "hides where names come from"},
    {"TODO", anywhere, true, "what is not done is not hinted at"},
    {"FIXME", anywhere, true, "what is not done is not hinted at"},
    {"XXX", anywhere, true, "what is not done is not hinted at"},
};

bool is_member_call(std::string_view code, std::size_t at) {
  return at > 0 && (code[at - 1] == '.' || (at > 1 && code.substr(at - 2, 2) == "->"));
}

Findings check_bans(const Source& file) {
  Findings found;
  for (const Ban& ban : bans) {
    if (!ban.applies(file.path)) continue;
    const std::string_view where = ban.in_comments ? file.text : file.code;
    for (const std::size_t at : occurrences(where, ban.token))
      if (!is_member_call(where, at))
        found.push_back(
            {"banned", file.path, line_at(where, at), std::string(ban.token) + ": " + std::string(ban.why)});
  }
  return found;
}

// --- The tree ----------------------------------------------------------------------------------------------

std::vector<Source> tree(const std::vector<const char*>& rooms = {"src", "gateway"}) {
  const fs::path root = HANDOFF_SOURCE_DIR;
  std::vector<Source> all;
  for (const char* room : rooms)
    for (const auto& entry : fs::recursive_directory_iterator(root / room)) {
      if (entry.path().extension() != ".h" && entry.path().extension() != ".cpp") continue;
      std::ostringstream text;
      text << std::ifstream(entry.path()).rdbuf();
      all.push_back(source(fs::relative(entry.path(), root).string(), text.str()));
    }
  std::sort(all.begin(), all.end(), [](const Source& a, const Source& b) { return a.path < b.path; });
  return all;
}

void expect_only_exceptions(const Findings& found, const std::set<std::string_view>& rules) {
  std::map<std::pair<std::string, std::string>, Findings> by_place;
  for (const Finding& finding : found) by_place[{finding.rule, finding.path}].push_back(finding);
  for (const Exception& exception : exceptions) {
    if (!rules.contains(exception.rule)) continue;
    const auto place = by_place.find({std::string(exception.rule), std::string(exception.path)});
    const std::size_t count = place == by_place.end() ? 0 : place->second.size();
    if (count == exception.count) by_place.erase(place);
    else
      ADD_FAILURE() << "the exception for " << exception.path << " (" << exception.rule << ") says "
                    << exception.count << ", found " << count;
  }
  for (const auto& [place, findings] : by_place)
    for (const Finding& finding : findings)
      ADD_FAILURE_AT(finding.path.c_str(), int(finding.line)) << finding.rule << ": " << finding.what;
}

template <class Check>
Findings over_tree(Check check) {
  Findings found;
  for (const Source& file : tree())
    for (Finding& finding : check(file)) found.push_back(std::move(finding));
  return found;
}

TEST(Tidy, ModulesIncludeOnlyWhatTheyDependOn) {
  std::ifstream in(fs::path(HANDOFF_BINARY_DIR) / "modules.txt");
  const Edges edges = parse_edges(in);
  ASSERT_GT(edges.size(), 5u);
  expect_only_exceptions(over_tree([&edges](const Source& file) { return check_includes(file, edges); }),
                         {"include"});
}

TEST(Tidy, CoroutinesKeepToTheFormsThatCompilersGetRight) {
  expect_only_exceptions(over_tree(check_coroutines), {"await"});
}

TEST(Tidy, FilesFunctionsAndLinesStayShort) {
  expect_only_exceptions(over_tree(check_lengths), {"file-length", "function-length", "line-length"});
}

// In tests a text may be longer where it cannot be broken.
TEST(Tidy, LinesOfTestsStayShort) {
  for (const Source& file : tree({"tests"})) {
    std::istringstream text(file.text);
    std::size_t number = 0;
    for (std::string line; std::getline(text, line);) {
      ++number;
      if (characters_of(line) <= line_characters_max) continue;
      EXPECT_NE(line.find('"'), line.npos) << file.path << ":" << number;
    }
  }
}

TEST(Tidy, NothingBannedOccurs) { expect_only_exceptions(over_tree(check_bans), {"banned"}); }

// --- The checks themselves: each must find what it is for, and accept what is right ------------------------

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
    for (const Ban& ban : bans)
      for (const Finding& finding : found)
        if (finding.what.starts_with(ban.token)) caught.insert(ban.token);
  }
  EXPECT_EQ(caught.size(), std::size(bans)) << "a ban that nothing here shows to work";
}

}  // namespace
