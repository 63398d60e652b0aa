#include "search/value_text.h"

#include <iterator>

namespace handoff::search {

std::vector<std::string_view> split_escaped(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == separator) {
      parts.push_back(text.substr(begin, i - begin));
      begin = i + 1;
    }
  }
  parts.push_back(text.substr(begin));
  return parts;
}

Result<std::string> unescaped(std::string_view text) {
  constexpr std::string_view escapable = ",|$\\";
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      if (++i == text.size() || escapable.find(text[i]) == escapable.npos)
        return refused_value("a backslash is allowed only before , | $ and another backslash");
    }
    out += text[i];
  }
  return out;
}

Prefixed prefix_of(std::string_view value) {
  static constexpr std::string_view names[] = {"eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap"};
  for (std::size_t i = 0; i < std::size(names); ++i)
    if (value.starts_with(names[i])) return {Prefix(i), value.substr(2)};
  return {Prefix::eq, value};
}

Problem refused_value(std::string why) { return problem(Kind::incorrect, std::move(why), {}, "value"); }

}  // namespace handoff::search
