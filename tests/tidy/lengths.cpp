// Lengths of files, functions and lines.
#include <algorithm>
#include <sstream>

#include "rules.h"

namespace handoff::tidy {
namespace {

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

}  // namespace

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

}  // namespace handoff::tidy
