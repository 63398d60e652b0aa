// A source file, read without a parser.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace handoff::tidy {

struct Source {
  std::string path;  // from the repository's root
  std::string text;
  // Text with blanks for comments and the inside of literals; every line stays in its place.
  std::string code;
};

std::string code_of(std::string_view text);
Source source(std::string path, std::string text);
// The headers and sources below these folders of the repository, by path.
std::vector<Source> tree(const std::vector<const char*>& folders = {"src", "gateway"});

bool is_word(char c);
std::string_view trimmed(std::string_view text);
std::size_t line_at(std::string_view text, std::size_t offset);
std::size_t characters_of(std::string_view line);
// The offsets of `token` in the code where it is not a part of a longer word.
std::vector<std::size_t> occurrences(std::string_view code, std::string_view token);

}  // namespace handoff::tidy
