// JSON text in and out (RFC 8259). parse() is iterative. It refuses malformed UTF-8, duplicate keys, and
// input that is too deep or too long.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/limits.h"
#include "core/result.h"
#include "json/value.h"

namespace handoff::json {

// A parsed text: the root and the arena that it lives in. Moving a Document moves no value.
class Document {
 public:
  Document() = default;
  Document(Arena arena, Value root) : arena_(std::move(arena)), root_(root) {}

  Value root() const { return root_; }
  Arena& arena() { return arena_; }

  // Where a value or a member's key (its data pointer) begins in the text. Only if parsed with `offsets`.
  std::optional<std::size_t> offset_of(const void* storage) const;

 private:
  friend Result<Document> parse(std::string_view, const struct ParseOptions&);
  Arena arena_;
  Value root_;
  std::unordered_map<const void*, std::size_t> offsets_;
};

struct ParseOptions {
  bool relaxed = false;  // comments and trailing commas, for files that people edit
  bool offsets = false;  // remember where values begin, for file:line:column
  std::size_t depth_max = limits::json_depth_max;
  std::size_t bytes_max = limits::json_bytes_max;
};

// Problem: incorrect, with line and column in its diagnostics.
Result<Document> parse(std::string_view text, const ParseOptions& options = {});

// Compact, members in their order, numbers as they arrived. write_pretty indents by two.
void write(Value value, std::string& out);
std::string write(Value value);
std::string write_pretty(Value value);

struct Position {
  std::size_t line = 1;
  std::size_t column = 1;  // in bytes
};
Position position_at(std::string_view text, std::size_t offset);

}  // namespace handoff::json
