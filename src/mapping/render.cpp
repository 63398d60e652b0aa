// Renders templates: what a Run makes of each kind of node. Empty values disappear (mappings/README.md:
// templates).
#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>

#include "mapping/element_rules.h"
#include "mapping/run.h"

namespace handoff::mapping {
namespace {

bool is_empty(json::Value value) {
  if (!value || value.type() == json::Type::null) return true;
  return (value.is_string() || value.is_array() || value.is_object()) && value.size() == 0;
}

void put(std::vector<json::Member>& members, std::string_view key, json::Value value) {
  const auto there =
      std::find_if(members.begin(), members.end(), [&](const json::Member& m) { return m.key == key; });
  if (there != members.end()) there->value = value;
  else members.push_back({key, value});
}

void put_all(std::vector<json::Member>& members, json::Value from) {
  for (const json::Member& member : from.members()) put(members, member.key, member.value);
  for (const json::Value item : from.items()) put_all(members, item);
}

bool is_number(std::string_view text) {
  static const RE2 form(R"(-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?)");
  return RE2::FullMatch(text, form);
}

fhirpath::Collection items_of(json::Value value) {
  fhirpath::Collection all;
  if (value.is_array()) {
    for (const json::Value item : value.items()) all.push_back({item});
  } else if (value) {
    all.push_back({value});
  }
  return all;
}

// Sets variables, and restores them when the object is done.
class Scope {
 public:
  explicit Scope(Run& run) : run_(run) {}
  Scope(const Scope&) = delete;
  Scope& operator=(const Scope&) = delete;
  ~Scope() {
    for (auto kept = before_.rbegin(); kept != before_.rend(); ++kept)
      run_.set_variable(kept->first, std::move(kept->second));
  }
  void keep(const std::string& name) {
    const auto* old = run_.find_variable(name);
    before_.emplace_back(name, old ? *old : fhirpath::Collection{});
  }
  void set(const std::string& name, fhirpath::Collection value) {
    keep(name);
    run_.set_variable(name, std::move(value));
  }

 private:
  Run& run_;
  std::vector<std::pair<std::string, fhirpath::Collection>> before_;
};

}  // namespace

Result<json::Value> Run::render(const Node& node) {
  using Render = Result<json::Value> (Run::*)(const Node&);
  static constexpr Render renders[] = {&Run::render_slot,   &Run::render_slot,  &Run::render_slot,
                                       &Run::render_slot,   &Run::render_text,  &Run::render_reference,
                                       &Run::render_object, &Run::render_array, &Run::render_condition,
                                       &Run::render_loop,   &Run::render_scope};
  if (node.kind == NodeKind::nothing) return json::Value{};
  if (node.kind == NodeKind::literal) return node.literal;
  return (this->*renders[std::size_t(node.kind)])(node);
}

Result<json::Value> Run::render_slot(const Node& node) {
  auto result = evaluate(node.slot);
  if (!result) return result.error();
  std::vector<json::Value> items;
  for (const fhirpath::Item& item : *result) {
    auto value = converted(node, item);
    if (!value) return value.error();
    if (node.kind == NodeKind::one) return value;
    if (!is_empty(*value)) items.push_back(*value);
  }
  return items.empty() ? json::Value{} : arena().array(items);
}

Result<json::Value> Run::converted(const Node& node, const fhirpath::Item& item) {
  if (node.target == Target::any) return item.value;
  const auto refused = [&](std::string_view what) {
    return reject(node.slot.field(), fhirpath::to_text(item), std::string(what),
                  node.slot.place + " → " + node.path);
  };
  if (item.value.is_object() || item.value.is_array()) return refused("not a single value");
  const std::string text = fhirpath::to_text(item);
  if (node.target == Target::text) return item.value.is_string() ? item.value : arena().string(text);
  if (node.target == Target::number) {
    if (!is_number(text)) return refused("not a number");
    if (!has_form(*node.primitive, text))
      return refused(fmt::format("not a valid {}, the type of {}", node.primitive->name, node.path));
    return arena().number(text);
  }
  if (text != "true" && text != "false") return refused("neither true nor false");
  return json::Arena::boolean(text == "true");
}

Result<json::Value> Run::render_text(const Node& node) {
  std::string all;
  for (const TextPart& part : node.parts) {
    if (!part.slot.expression) {
      all += part.literal;
      continue;
    }
    auto result = evaluate(part.slot);
    if (!result) return result.error();
    const std::string text = result->empty() ? std::string{} : fhirpath::to_text(result->front());
    if (text.empty()) return json::Value{};
    all += text;
  }
  return arena().string(all);
}

Result<json::Value> Run::render_reference(const Node& node) {
  for (const Instance& instance : instances) {
    if (instance.plan->name != node.name) continue;
    const json::Member members[] = {{"reference", arena().string(instance.reference())}};
    return arena().object_of(members);
  }
  return json::Value{};
}

Result<void> Run::assign(const std::vector<Assignment>& assigned) {
  for (const Assignment& assignment : assigned) {
    const Node& node = assignment.value.front();
    // keeps the types of the items: dates, quantities
    if (node.kind == NodeKind::one || node.kind == NodeKind::all) {
      auto result = evaluate(node.slot);
      if (!result) return result.error();
      if (node.kind == NodeKind::one && result->size() > 1) result->resize(1);
      set_variable(assignment.name, std::move(*result));
      continue;
    }
    auto value = render(node);
    if (!value) return value.error();
    set_variable(assignment.name, items_of(*value));
  }
  return {};
}

Result<json::Value> Run::render_object(const Node& node) {
  Scope scope(*this);
  for (const Assignment& assignment : node.assigned) scope.keep(assignment.name);
  if (auto done = assign(node.assigned); !done) return done.error();
  if (node.is_alone) return render(node.children.front());
  if (!node.is_concept) return render_members(node);
  const std::string outer = std::exchange(unmapped_text, {});
  auto rendered = render_members(node);
  const std::string text = std::exchange(unmapped_text, outer);
  if (!rendered) return rendered.error();
  const json::Value value = *rendered ? *rendered : json::Arena::empty_object();
  if (text.empty() || value["text"]) return *rendered;
  return json::with_member(arena(), value, "text", arena().string(text));
}

Result<json::Value> Run::render_members(const Node& node) {
  std::vector<json::Member> members;
  for (const MemberNode& member : node.members) {
    auto value = render(member.value.front());
    if (!value) return value.error();
    if (is_empty(*value)) {
      if (!member.required) continue;
      const std::string path =
          member.value.front().path.empty() ? std::string(member.key) : member.value.front().path;
      return reject(path, {}, "required element has no value", member.place + " → " + path);
    }
    const json::Value one[] = {*value};
    put(members, member.key, member.is_list && !value->is_array() ? arena().array(one) : *value);
  }
  for (const Node& child : node.children) {
    auto value = render(child);
    if (!value) return value.error();
    put_all(members, *value);
  }
  return members.empty() ? json::Value{} : arena().object_of(members);
}

// Nested arrays become one flat array, and empty values disappear.
static void append_flat(std::vector<json::Value>& items, json::Value value) {
  if (is_empty(value)) return;
  if (value.is_array()) items.insert(items.end(), value.items().begin(), value.items().end());
  else items.push_back(value);
}

Result<json::Value> Run::render_array(const Node& node) {
  std::vector<json::Value> items;
  for (const Node& child : node.children) {
    auto value = render(child);
    if (!value) return value.error();
    append_flat(items, *value);
  }
  return items.empty() ? json::Value{} : arena().array(items);
}

Result<json::Value> Run::render_condition(const Node& node) {
  auto holds = evaluate(node.slot);
  if (!holds) return holds.error();
  if (fhirpath::is_true(*holds)) return render(node.children.front());
  return node.children.size() > 1 ? render(node.children[1]) : Result<json::Value>(json::Value{});
}

Result<json::Value> Run::render_loop(const Node& node) {
  auto over = evaluate(node.slot);
  if (!over) return over.error();
  Scope scope(*this);
  scope.keep(node.name);
  scope.keep("index");
  std::vector<json::Value> items;
  for (std::size_t i = 0; i < over->size(); ++i) {
    set_variable(node.name, {(*over)[i]});
    set_variable("index",
                 {fhirpath::system_item(arena().integer((long long)(i)), fhirpath::SystemType::integer)});
    auto value = render(node.children.front());
    if (!value) return value.error();
    append_flat(items, *value);
  }
  return items.empty() ? json::Value{} : arena().array(items);
}

Result<json::Value> Run::render_scope(const Node& node) {
  Scope scope(*this);
  for (const Assignment& assignment : node.assigned) scope.keep(assignment.name);
  if (auto done = assign(node.assigned); !done) return done.error();
  return render(node.children.front());
}

}  // namespace handoff::mapping
