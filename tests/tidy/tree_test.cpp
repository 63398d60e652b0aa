// Reads the repository itself and checks the rules of this code. A finding that must stay is in `exceptions`
// below, with its reason and count. An exception that is no longer needed fails, too.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "rules.h"

namespace handoff::tidy {
namespace {

struct Exception {
  std::string_view rule;
  std::string_view path;
  std::size_t count;
  std::string_view reason;
};
const std::vector<Exception> exceptions = {
    {"file-length", "src/core/limits.h", 1, "all limits stand in one header, each with its reason"}};

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
  std::ifstream in(std::filesystem::path(HANDOFF_BINARY_DIR) / "modules.txt");
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

}  // namespace
}  // namespace handoff::tidy
