#include "mapping/place.h"

#include <fmt/format.h>

namespace handoff::mapping {

Result<MappingFile> MappingFile::parse(std::string name, std::string text) {
  MappingFile file{std::move(name), std::move(text), {}};
  auto document = json::parse(file.text, {.relaxed = true, .offsets = true});
  if (!document)
    return problem(Kind::incorrect, fmt::format("{}: {}", file.name, document.error().summary()));
  file.document = std::move(*document);
  return file;
}

std::string Place::text() const {
  const json::Position at = json::position_at(file->text, offset);
  return fmt::format("{}:{}:{}", file->name, at.line, at.column);
}

Place Place::of(json::Value value) const {
  const auto found = value.storage() ? file->document.offset_of(value.storage()) : std::nullopt;
  return found ? Place{file, *found} : *this;
}

Place Place::of_key(std::string_view key) const {
  const auto found = key.empty() ? std::nullopt : file->document.offset_of(key.data());
  return found ? Place{file, *found} : *this;
}

void LoadErrors::add(const Place& place, std::string_view message) {
  add(std::string_view(place.text()), message);
}

void LoadErrors::add(std::string_view place, std::string_view message) {
  Issue issue{Severity::error, "invalid", fmt::format("{}: {}", place, message), {}};
  for (const Issue& known : problem_.issues)
    if (known.diagnostics == issue.diagnostics) return;  // several elements can read one table
  problem_.issues.push_back(std::move(issue));
}

void LoadErrors::add(const Problem& problem) {
  problem_.issues.insert(problem_.issues.end(), problem.issues.begin(), problem.issues.end());
}

}  // namespace handoff::mapping
