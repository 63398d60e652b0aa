#include "search/plain_path.h"

#include <re2/re2.h>

#include <string>

namespace handoff::search {

bool is_plain_path(std::string_view expression) {
  static const std::string step =
      R"((?:[A-Za-z]\w*|extension\(\s*'[^']*'\s*\)|(?:ofType|as)\(\s*[\w.]+\s*\))"
      R"(|where\(\s*\w+\s*=\s*'[^']*'\s*\)|where\(\s*resolve\(\)\s+is\s+\w+\s*\)))";
  static const std::string path = step + R"((?:\s*\.\s*)" + step + R"()*(?:\s+as\s+[\w.]+)?)";
  static const std::string one = R"((?:)" + path + R"(|\(\s*)" + path + R"(\s*\)(?:\.)" + step + ")*)";
  static const RE2 plain(R"(\s*)" + one + R"((?:\s*\|\s*)" + one + R"()*\s*)");
  return RE2::FullMatch(expression, plain);
}

}  // namespace handoff::search
