#include "consent/content.h"

#include <algorithm>

#include "consent/words.h"

namespace handoff::consent {
namespace {

using json::Value;

bool is_hiv(const Signal& signal) { return signal.code == "HIV" && !signal.weak; }

bool is_hiv_coding(Value coding) {
  return is_hiv(signal_of(code_system(coding["system"].text()), coding["code"].text()));
}

// Depth is bounded by the parser's limit.
bool holds_code(Value value) {
  if (value.is_object() && value["system"] && is_hiv_coding(value)) return true;
  for (const json::Member& member : value.members())
    if (member.key != "meta" && member.key != "subject" && holds_code(member.value)) return true;
  const auto items = value.items();
  return std::any_of(items.begin(), items.end(), holds_code);
}

bool holds_words(Value resource) {
  const auto signals = word_signals(resource);
  return std::any_of(signals.begin(), signals.end(), is_hiv);
}

}  // namespace

bool holds_hiv(std::span<const Value> resources) {
  return std::any_of(resources.begin(), resources.end(),
                     [](Value resource) { return holds_code(resource) || holds_words(resource); });
}

}  // namespace handoff::consent
