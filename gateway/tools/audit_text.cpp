#include "tools/audit_text.h"

#include <fmt/format.h>

#include "core/civil.h"

namespace handoff::gateway {
namespace {

constexpr int name_width = 14;

}  // namespace

std::string joined(json::Value texts) {
  std::string all;
  for (const json::Value text : texts.items()) all += (all.empty() ? "" : ", ") + std::string(text.text());
  return all;
}

std::string local_time(json::Value instant) {
  const auto span = span_of(instant.text());
  if (!span) return {};
  std::string text = format_local(span->first);
  const auto dot = text.find('.');
  return dot == text.npos ? text : text.erase(dot, 4);
}

std::string pair_text(std::string_view name, std::string_view value) {
  return value.empty() ? std::string() : fmt::format("  {:<{}}{}\n", name, name_width, value);
}

std::string pair_text(std::string_view name, json::Value value) {
  if (!value.is_array())
    return pair_text(
        name, value.is_object() || value.is_boolean() ? json::write(value) : std::string(value.text()));
  std::string out;
  for (const json::Value item : value.items())
    out +=
        pair_text(out.empty() ? name : "", item.is_string() ? std::string(item.text()) : json::write(item));
  return out;
}

std::string more_text(json::Value root) {
  const std::string_view next = root["next"].text();
  return next.empty() ? std::string() : fmt::format("there may be more: --cursor {}\n", next);
}

int tell(const std::string& told, bool as_json, std::string (*text)(json::Value root)) {
  if (as_json) return fmt::print("{}\n", told), 0;
  const auto parsed = json::parse(told);
  if (!parsed) return fmt::print(stderr, "handoff: the answer is not JSON\n"), 1;
  fmt::print("{}", text(parsed->root()));
  return 0;
}

}  // namespace handoff::gateway
