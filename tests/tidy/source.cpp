#include "source.h"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <sstream>

namespace handoff::tidy {

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\n");
  return first == text.npos ? std::string_view{}
                            : text.substr(first, text.find_last_not_of(" \t\n") - first + 1);
}

std::size_t line_at(std::string_view text, std::size_t offset) {
  return 1 + std::size_t(std::count(text.begin(), text.begin() + std::ptrdiff_t(offset), '\n'));
}

namespace {

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

}  // namespace

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

std::size_t characters_of(std::string_view line) {
  return std::size_t(std::count_if(line.begin(), line.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::vector<Source> tree(const std::vector<const char*>& folders) {
  const std::filesystem::path root = HANDOFF_SOURCE_DIR;
  std::vector<Source> all;
  for (const char* folder : folders)
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root / folder)) {
      if (entry.path().extension() != ".h" && entry.path().extension() != ".cpp") continue;
      std::ostringstream text;
      text << std::ifstream(entry.path()).rdbuf();
      all.push_back(source(std::filesystem::relative(entry.path(), root).string(), text.str()));
    }
  std::sort(all.begin(), all.end(), [](const Source& a, const Source& b) { return a.path < b.path; });
  return all;
}

}  // namespace handoff::tidy
