// The rules of this code: which module may include which, the forms of co_await that compilers get right,
// lengths, and what must not occur.
#pragma once

#include <iosfwd>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "source.h"

namespace handoff::tidy {

struct Finding {
  std::string rule;
  std::string path;
  std::size_t line;
  std::string what;
};
using Findings = std::vector<Finding>;

using Edges = std::map<std::string, std::set<std::string>>;
Edges parse_edges(std::istream& in);  // lines such as "rest: disclosure;admission"

inline constexpr std::size_t file_lines_max = 400, header_lines_max = 150, function_lines_max = 70,
                             line_characters_max = 110;

struct Ban {
  std::string_view token;
  bool (*applies)(const std::string& path);
  bool in_comments;  // also in literals and in the names of includes
  std::string_view why;
};
std::span<const Ban> all_bans();

Findings check_includes(const Source& file, const Edges& edges);
Findings check_coroutines(const Source& file);
Findings check_lengths(const Source& file);
Findings check_bans(const Source& file);

}  // namespace handoff::tidy
