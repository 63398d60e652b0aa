#include "mapping/known_values.h"

#include <algorithm>

#include "core/text.h"
#include "mapping/calls.h"

namespace handoff::mapping {
namespace {

constexpr std::size_t depth_max = 16;  // of nested alternatives; deeper ones count as computed

class Finder {
 public:
  Finder(const Plan& plan, const Variables& variables, bool is_guarded)
      : plan_(plan), variables_(variables), is_guarded_(is_guarded) {}

  std::vector<KnownValue> take() { return std::move(found_); }

  void look(std::string_view text, std::size_t depth = 0) {
    text = without_choice(without_brackets(trim(text)));
    if (depth > depth_max) return;
    const auto alternatives = split_outside(text, '|');
    if (alternatives.size() > 1)
      for (const std::string_view one : alternatives) look(one, depth + 1);
    else if (const std::string_view word = literal_text(text); !word.empty())
      found_.push_back({std::string(word), {}});
    else if (const auto call = whole_call(text)) called(*call, depth);
    else if (text.starts_with('%') && variables_.contains(text.substr(1)))
      add(variables_.find(text.substr(1))->second.values);
    else if (const auto path = is_guarded_ ? std::nullopt : column_path(text)) column(*path);
  }

 private:
  static std::string_view without_brackets(std::string_view text) {
    while (text.size() > 1 && text.front() == '(' && end_of_brackets(text, 0) == text.size() - 1)
      text = trim(text.substr(1, text.size() - 2));
    return text;
  }
  // A choice of one value (first, last) does not change which values are possible.
  static std::string_view without_choice(std::string_view text) {
    for (const std::string_view tail : {".first()", ".last()", ".single()", ".distinct()"})
      if (text.ends_with(tail)) return without_brackets(trim(text.substr(0, text.size() - tail.size())));
    return text;
  }
  void called(const FunctionCall& call, std::size_t depth) {
    const bool was_guarded = std::exchange(is_guarded_, is_guarded_ || call.name == "iif");
    if (call.name == "iif")
      for (std::size_t i = 1; i < call.arguments.size(); ++i) look(call.arguments[i], depth + 1);
    is_guarded_ = was_guarded;
    if (call.name != "lookup" || call.arguments.size() < 2) return;
    const auto table = plan_.lookups.find(std::string(literal_text(call.arguments[0])));
    if (table == plan_.lookups.end()) return;
    const auto named = call.arguments.size() > 2 ? table->second.column(literal_text(call.arguments[2]))
                                                 : std::optional<std::size_t>(1);
    if (!named) return;
    of_table(table->second, *named);
    if (table->second.unmapped == Unmapped::fixed)
      found_.push_back({table->second.fixed, table->second.fixed_place});
  }
  void column(const std::string& path) {
    const Column* found = plan_.contract.find(path);
    if (found && !found->item.empty()) found = &found->item.front();
    if (!found || (found->type != ColumnType::string && found->type != ColumnType::code)) return;
    for (const std::string& code : found->one_of) found_.push_back({code, found->place});
    if (found->table && found->one_of.empty()) of_table(*found->table, 0);
  }
  void of_table(const LookupTable& table, std::size_t column) {
    for (std::size_t i = 0; i < table.size(); ++i)
      found_.push_back({table.row(i)[column], table.place(i, column)});
  }
  void add(const std::vector<KnownValue>& more) { found_.insert(found_.end(), more.begin(), more.end()); }

  const Plan& plan_;
  const Variables& variables_;
  bool is_guarded_;
  std::vector<KnownValue> found_;
};

void collect(const Node& node, std::vector<std::string>& columns) {
  add_columns(columns, node.slot.columns);
  for (const TextPart& part : node.parts) add_columns(columns, part.slot.columns);
  for (const Assignment& assigned : node.assigned) collect(assigned.value.front(), columns);
  for (const MemberNode& member : node.members) collect(member.value.front(), columns);
  for (const Node& child : node.children) collect(child, columns);
}

}  // namespace

std::vector<KnownValue> known_values(std::string_view expression, const Plan& plan,
                                     const Variables& variables, bool is_guarded) {
  Finder finder(plan, variables, is_guarded);
  finder.look(expression);
  return finder.take();
}

void add_columns(std::vector<std::string>& columns, const std::vector<std::string>& more) {
  for (const std::string& column : more)
    if (std::find(columns.begin(), columns.end(), column) == columns.end()) columns.push_back(column);
}

std::vector<std::string> columns_of(const Node& node) {
  std::vector<std::string> columns;
  collect(node, columns);
  return columns;
}

}  // namespace handoff::mapping
