#include "mapping/declaration.h"

#include <fmt/format.h>

#include <algorithm>

#include "mapping/patterns.h"

namespace handoff::mapping {
namespace {

enum class Wanted : std::uint8_t { flag, text, texts, text_or_texts, object };

struct Key {
  std::string_view name;
  Wanted wanted;
  std::string_view types = {};      // column types that it affects: "date dateTime"; empty: all
  bool is_of_single_value = false;  // for a list it belongs into "item"
};

constexpr Key keys[] = {
    {"type", Wanted::text},
    {"required", Wanted::flag},
    {"match", Wanted::text, {}, true},
    {"say", Wanted::text, {}, true},
    {"oneOf", Wanted::texts, {}, true},
    {"pattern", Wanted::text_or_texts, "date dateTime"},
    {"zone", Wanted::text, "dateTime"},
    {"notBefore", Wanted::text, "date dateTime"},
    {"notAfter", Wanted::text, "date dateTime"},
    {"true", Wanted::texts, "boolean"},
    {"false", Wanted::texts, "boolean"},
    {"separator", Wanted::text, "list"},
    {"item", Wanted::object, "list"},
    {"fields", Wanted::object, "list"},
    {"lookup", Wanted::text, {}, true},
    {"trim", Wanted::flag},
    {"sensitive", Wanted::flag},
    {"unused", Wanted::flag},
};

bool is_list_of_texts(json::Value value) {
  const auto items = value.items();
  return !items.empty() &&
         std::all_of(items.begin(), items.end(), [](json::Value item) { return item.is_string(); });
}

bool is_wanted(Wanted wanted, json::Value value) {
  if (wanted == Wanted::flag) return value.is_boolean();
  if (wanted == Wanted::object) return value.is_object();
  if (wanted == Wanted::text) return value.is_string();
  return is_list_of_texts(value) || (wanted == Wanted::text_or_texts && value.is_string());
}

std::string_view name_of(Wanted wanted) {
  static constexpr std::string_view names[] = {"true or false", "a string", "a list of strings",
                                               "a string or a list of strings", "an object"};
  return names[std::size_t(wanted)];
}

bool has_word(std::string_view words, std::string_view word) {
  return fmt::format(" {} ", words).find(fmt::format(" {} ", word)) != std::string::npos;
}

// "date and dateTime"
std::string joined(std::string_view words) {
  std::string all(words);
  if (const auto blank = all.find(' '); blank != std::string::npos) all.replace(blank, 1, " and ");
  return all;
}

std::string flaw_of(const Key& key, json::Value value, std::string_view type) {
  if (!is_wanted(key.wanted, value)) return fmt::format("\"{}\" is {}", key.name, name_of(key.wanted));
  if (key.is_of_single_value && type == "list")
    return fmt::format("\"{}\" belongs in the \"item\" of the list", key.name);
  if (key.types.empty() || has_word(key.types, type)) return {};
  return fmt::format("\"{}\" is for {} columns, this is {} {}", key.name, joined(key.types),
                     type == "integer" ? "an" : "a", type);
}

void check_patterns(const Place& at, json::Value pattern, LoadErrors& errors) {
  const json::Value one[] = {pattern};
  for (const json::Value form : pattern.is_string() ? std::span<const json::Value>(one) : pattern.items())
    if (const std::string flaw = pattern_flaw(form.text()); form.is_string() && !flaw.empty())
      errors.add((form.size() > 0 ? at.of(form) : at.of(pattern)),
                 fmt::format("the pattern \"{}\" {}", form.text(), flaw));
}

void check_words(const Place& at, json::Value declared, LoadErrors& errors) {
  for (const json::Value yes : declared["true"].items())
    for (const json::Value no : declared["false"].items())
      if (yes.text() == no.text())
        errors.add(at.of(no), fmt::format("\"{}\" cannot be both true and false", no.text()));
}

}  // namespace

void check_declaration(const Place& at, json::Value declared, std::string_view type, LoadErrors& errors) {
  for (const json::Member& member : declared.members()) {
    const Place here = at.of_key(member.key);
    const auto* key =
        std::find_if(std::begin(keys), std::end(keys), [&](const Key& k) { return k.name == member.key; });
    const std::string flaw = key == std::end(keys) ? fmt::format("unknown key \"{}\"", member.key)
                                                   : flaw_of(*key, member.value, type);
    if (!flaw.empty()) errors.add(here, flaw);
  }
  if (type == "date" || type == "dateTime") check_patterns(at, declared["pattern"], errors);
  if (type == "list" && declared["item"]["type"].text() == "list")
    errors.add(at.of(declared["item"]), "an item of a list cannot be a list");
  if (declared["say"] && !declared["match"] && type != "list")
    errors.add(at.of_key("say"), "\"say\" gives the reason for a \"match\", but there is no \"match\"");
  check_words(at, declared, errors);
  const json::Value from = declared["notBefore"], until = declared["notAfter"];
  if (from && until && until.text() != "today" && from.text() != "today" && from.text() > until.text())
    errors.add(at.of(from), "\"notBefore\" is later than \"notAfter\"");
}

void check_keys(const Place& at, json::Value object, std::initializer_list<std::string_view> allowed,
                LoadErrors& errors) {
  for (const json::Member& member : object.members())
    if (std::find(allowed.begin(), allowed.end(), member.key) == allowed.end())
      errors.add(at.of_key(member.key), fmt::format("unknown key \"{}\"", member.key));
}

void check_flag(const Place& at, json::Value object, std::string_view key, LoadErrors& errors) {
  if (object[key] && !object[key].is_boolean()) errors.add(at, fmt::format("\"{}\" is true or false", key));
}

}  // namespace handoff::mapping
