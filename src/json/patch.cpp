#include "json/patch.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "core/limits.h"
#include "core/number.h"
#include "core/text.h"
#include "json/document.h"

namespace handoff::json {
namespace {

using Path = std::vector<std::string>;

constexpr std::size_t bytes_of_value = 16;

// Problem: incorrect, without place.
Result<Path> read_pointer(Value text) {
  if (!text.is_string()) return problem(Kind::incorrect, "must be a JSON Pointer", {}, "required");
  Path path;
  if (text.text().empty()) return path;
  if (text.text().front() != '/')
    return problem(Kind::incorrect, "a JSON Pointer is empty or begins with /", {}, "value");
  for (const auto raw : split(text.text().substr(1), '/')) {
    std::string& token = path.emplace_back();
    for (std::size_t i = 0; i < raw.size(); ++i) {
      if (raw[i] != '~') {
        token += raw[i];
        continue;
      }
      const char next = i + 1 < raw.size() ? raw[++i] : '~';
      if (next != '0' && next != '1')
        return problem(Kind::incorrect, "~ stands only in ~0 and ~1", {}, "value");
      token += next == '0' ? '~' : '/';
    }
  }
  return path;
}

Problem nothing_there() {
  return problem(Kind::unprocessable, "the resource has nothing at this path", {}, "not-found");
}

std::optional<std::size_t> index_of(std::string_view token) {
  if (token.size() > 1 && token.starts_with('0')) return std::nullopt;
  return parse_number<std::size_t>(token);
}

class Patching {
 public:
  Patching(Arena& arena, Value document) : arena_(arena), document_(document) {}

  // Problem: without the operation's place.
  Result<void> take(Value operation) {
    if (!operation.is_object()) return problem(Kind::incorrect, "an operation is an object", {}, "structure");
    for (const Operation& known : operations)
      if (known.name == operation["op"].text()) return (this->*known.run)(operation);
    return problem(Kind::incorrect, "must be add, remove, replace, move, copy or test", ".op", "value");
  }
  Value document() const { return document_; }

 private:
  struct Operation {
    std::string_view name;
    Result<void> (Patching::*run)(Value operation);
  };
  static const Operation operations[6];

  enum class Change { add, remove, replace };

  Result<void> add(Value operation) { return set(operation, Change::add); }
  Result<void> replace(Value operation) { return set(operation, Change::replace); }

  Result<void> set(Value operation, Change change) {
    const auto path = pointer(operation, "path");
    if (!path) return path.error();
    if (!operation["value"]) return problem(Kind::incorrect, "is missing", ".value", "required");
    return change_at(*path, change, operation["value"]);
  }

  Result<void> remove(Value operation) {
    const auto path = pointer(operation, "path");
    if (!path) return path.error();
    return change_at(*path, Change::remove, {});
  }

  Result<void> move(Value operation) {
    const auto from = pointer(operation, "from");
    if (!from) return from.error();
    const auto path = pointer(operation, "path");
    if (!path) return path.error();
    const bool is_within =
        path->size() > from->size() && std::equal(from->begin(), from->end(), path->begin());
    if (is_within) return problem(Kind::incorrect, "nothing moves into itself", ".path", "value");
    const Value moved = find(*from);
    if (!moved) return at(nothing_there(), ".from");
    if (*path == *from) return {};
    if (auto removed = change_at(*from, Change::remove, {}, ".from"); !removed) return removed;
    return change_at(*path, Change::add, moved);
  }

  Result<void> copy(Value operation) {
    const auto from = pointer(operation, "from");
    if (!from) return from.error();
    const auto path = pointer(operation, "path");
    if (!path) return path.error();
    const Value copied = find(*from);
    if (!copied) return at(nothing_there(), ".from");
    if (auto spent = spend(values_in(copied)); !spent) return spent;
    return change_at(*path, Change::add, copied);
  }

  Result<void> test(Value operation) {
    const auto path = pointer(operation, "path");
    if (!path) return path.error();
    if (!operation["value"]) return problem(Kind::incorrect, "is missing", ".value", "required");
    const Value found = find(*path);
    if (!found) return at(nothing_there(), ".path");
    if (auto spent = spend(values_in(operation["value"])); !spent) return spent;
    if (equal(found, operation["value"])) return {};
    return problem(Kind::unprocessable, "the resource has another value here", ".value", "conflict");
  }

  static Problem at(Problem why, std::string_view member) {
    why.issues.front().expression = member;
    return why;
  }

  static Result<Path> pointer(Value operation, std::string_view member) {
    auto path = read_pointer(operation[member]);
    if (!path) return at(path.error(), "." + std::string(member));
    return path;
  }

  Value find(const Path& path) const {
    Value value = document_;
    for (const std::string& token : path) {
      const auto index = index_of(token);
      value = value.is_array() ? (index ? value.at(*index) : Value()) : value[token];
    }
    return value;
  }

  Result<void> change_at(const Path& path, Change change, Value value, std::string_view member = ".path") {
    auto changed = changed_below(document_, path, 0, change, value);
    if (!changed) return at(changed.error(), member);
    document_ = *changed;
    return {};
  }

  // Depth is bounded: each step is a part of the document.
  Result<Value> changed_below(Value value, const Path& path, std::size_t depth, Change change, Value set) {
    if (depth == path.size()) {
      if (change == Change::remove)
        return problem(Kind::unprocessable, "the whole resource cannot be removed");
      return set;
    }
    if (auto spent = spend(value.size()); !spent) return spent.error();
    if (value.is_array()) return changed_array(value, path, depth, change, set);
    if (value.is_object()) return changed_object(value, path, depth, change, set);
    return nothing_there();
  }

  Result<Value> changed_array(Value array, const Path& path, std::size_t depth, Change change, Value set) {
    std::vector<Value> items(array.items().begin(), array.items().end());
    const bool is_last = depth + 1 == path.size();
    const bool adds = is_last && change == Change::add;
    const auto index = adds && path[depth] == "-" ? std::optional(items.size()) : index_of(path[depth]);
    if (!index || *index > items.size() || (*index == items.size() && !adds)) return nothing_there();
    const auto place = items.begin() + std::ptrdiff_t(*index);
    if (adds) {
      items.insert(place, set);
    } else if (is_last && change == Change::remove) {
      items.erase(place);
    } else {
      auto changed = changed_below(*place, path, depth + 1, change, set);
      if (!changed) return changed.error();
      *place = *changed;
    }
    return arena_.array(items);
  }

  Result<Value> changed_object(Value object, const Path& path, std::size_t depth, Change change, Value set) {
    std::vector<Member> members(object.members().begin(), object.members().end());
    const auto place = std::find_if(members.begin(), members.end(),
                                    [&](const Member& member) { return member.key == path[depth]; });
    const bool is_last = depth + 1 == path.size();
    if (place == members.end()) {
      if (!is_last || change != Change::add) return nothing_there();
      members.push_back({arena_.copy(path[depth]), set});
    } else if (is_last && change == Change::remove) {
      members.erase(place);
    } else {
      auto changed = changed_below(place->value, path, depth + 1, change, set);
      if (!changed) return changed.error();
      place->value = *changed;
    }
    return arena_.object_of(members);
  }

  // Values in a value, counted up to what is left. A long text counts as several.
  std::size_t values_in(Value value) const {
    std::size_t count = 1 + value.text().size() / bytes_of_value;
    const auto add = [&](Value part) {
      if (count <= left_) count += values_in(part);
    };
    for (const Value item : value.items()) add(item);
    for (const Member& member : value.members()) add(member.value);
    return count;
  }

  Result<void> spend(std::size_t values) {
    if (values > left_)
      return problem(Kind::limited, "the patch moves or copies too much; send the whole resource instead", {},
                     "too-costly");
    left_ -= values;
    return {};
  }

  Arena& arena_;
  Value document_;
  std::size_t left_ = limits::patch_values_max;
};

const Patching::Operation Patching::operations[6] = {
    {"add", &Patching::add},   {"remove", &Patching::remove}, {"replace", &Patching::replace},
    {"move", &Patching::move}, {"copy", &Patching::copy},     {"test", &Patching::test}};

}  // namespace

Result<Value> apply_patch(Arena& arena, Value document, Value patch) {
  if (!patch.is_array())
    return problem(Kind::incorrect, "a JSON Patch is an array of operations", {}, "structure");
  if (patch.size() > limits::patch_operations_max)
    return problem(Kind::incorrect, fmt::format("more than {} operations", limits::patch_operations_max), {},
                   "too-long");
  Patching patching(arena, document);
  for (std::size_t i = 0; i < patch.size(); ++i)
    if (auto taken = patching.take(patch.at(i)); !taken) {
      Problem why = taken.error();
      why.issues.front().expression = fmt::format("[{}]{}", i, why.issues.front().expression);
      return why;
    }
  return patching.document();
}

}  // namespace handoff::json
