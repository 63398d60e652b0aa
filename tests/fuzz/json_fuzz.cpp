#include "json/document.h"
#include "targets.h"

namespace handoff::fuzz {
namespace {

void require_round_trip(json::Value value, const std::string& text) {
  const auto again = json::parse(text);
  require(again.has_value(), "what was written cannot be read");
  require(json::equal(value, again->root()), "what was written reads as something else");
}

}  // namespace

void try_json(std::string_view text) {
  const auto parsed = json::parse(text);
  const auto relaxed = json::parse(text, {.relaxed = true, .offsets = true});
  if (!parsed) {
    require(!parsed.error().issues.empty() && !parsed.error().issues.front().diagnostics.empty(),
            "refused without a reason");
    if (relaxed) require_round_trip(relaxed->root(), json::write(relaxed->root()));
    return;
  }
  require(relaxed.has_value() && json::equal(parsed->root(), relaxed->root()),
          "relaxed reading differs from strict reading");
  const std::string written = json::write(parsed->root());
  require(std::none_of(written.begin(), written.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x20; }),
          "a control character is written as it is");
  require_round_trip(parsed->root(), written);
  require_round_trip(parsed->root(), json::write_pretty(parsed->root()));
  json::Arena arena;
  require(json::write(json::copy(arena, parsed->root())) == written, "a copy is written differently");
}

}  // namespace handoff::fuzz
