// Which module may include which.
#include <istream>
#include <sstream>
#include <utility>

#include "rules.h"

namespace handoff::tidy {

Edges parse_edges(std::istream& in) {
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

namespace {

// "src/rest/interactions/read.cpp" → "rest"; empty in gateway
std::string module_of(const std::string& path) {
  return path.starts_with("src/") ? path.substr(4, path.find('/', 4) - 4) : std::string();
}

}  // namespace

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

}  // namespace handoff::tidy
