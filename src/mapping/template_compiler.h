// Compiles templates and expressions of a mapping against the R4 types. It makes every check of
// mappings/README.md ("Checked when a mapping is loaded"). Flaws go to the errors, and compilation goes on.
#pragma once

#include <filesystem>
#include <functional>
#include <set>

#include "mapping/known_values.h"
#include "mapping/plan.h"

namespace handoff::mapping {

// What a place holds: `single` one value, `list` several, `item` is one of several.
enum class Position : std::uint8_t { single, list, item };

// What the value at one place of a template must be.
struct Expected {
  const fhir::Type* type = nullptr;  // null: anything
  const fhir::Element* element = nullptr;
  Position position = Position::single;
  bool in_concept = false;
  const fhir::ValueSet* bound = nullptr;  // the codes of the CodeableConcept or Coding around it
  std::string path;
};

class TemplateCompiler {
 public:
  TemplateCompiler(Plan& plan, const std::filesystem::path& folder, LoadErrors& errors);

  Node value(const Place& at, json::Value source, const Expected& expected);
  // Compiles a literal with slots, for any purpose.
  Node text(const Place& at, json::Value source);
  Slot expression(const Place& at, std::string_view text, const Expected& expected = {});
  // As expression(), but bare names mean members of an existing resource of type `focus`.
  Slot criterion(const Place& at, std::string_view text, const fhir::Type* focus);

  // The variables that exist at this point. The caller restores the count.
  std::vector<std::string>& variables() { return variables_; }
  // Adds a variable whose value is the result of an expression.
  void define(const std::string& name, const Slot& slot, std::string_view text);
  std::vector<KnownValue> known(std::string_view expression) const {
    return known_values(expression, plan_, known_);
  }
  // A condition of a produced resource may exclude some values of columns.
  void set_guarded(bool is_guarded) { guards_ = is_guarded ? 1 : 0; }
  void set_produced(std::vector<std::string> names) { produced_ = std::move(names); }
  // Names of produced resources that were referred to since the last call.
  std::vector<std::string> take_references();
  const std::set<std::string>& used_columns() const { return used_; }
  void use_column(std::string_view path, const std::string& target = {});

 private:
  Node object(const Place& at, json::Value source, const Expected& expected);
  bool special(const Place& at, const json::Member& member, json::Value source, const Expected& expected,
               Node& node);
  Node condition(const Place& at, std::string_view test, const json::Member& member, json::Value source,
                 const Expected& expected);
  Node loop(const Place& at, std::string_view head, json::Value body, const Expected& expected);
  Node part(const Place& at, json::Value name, json::Value arguments, const Expected& expected);
  std::vector<Assignment> assignments(const Place& at, json::Value source);
  void merged(const Place& at, json::Value source, const Expected& expected, Node& node);
  MemberNode member(const Place& at, const json::Member& source, const Expected& expected);
  Expected expected_member(const Place& at, std::string_view key, const Expected& expected, bool& is_known);
  Node array(const Place& at, json::Value source, const Expected& expected);
  Node string(const Place& at, json::Value source, const Expected& expected);
  Node slot(const Place& at, std::string_view text, bool is_all, const Expected& expected);
  Node concatenation(const Place& at, std::string_view text, const Expected& expected);
  void define(const std::string& name, const Node& node, json::Value source);
  void forget(std::size_t count);
  Node literal(const Place& at, json::Value source, const Expected& expected);
  Node reference(const Place& at, std::string_view name, const Expected& expected);
  Slot compiled(const Place& at, std::string_view text, const fhirpath::CompileOptions& options,
                const Expected& expected);
  void check_calls(const Place& at, std::string_view text, const Expected& expected);
  void check_lookup(const Place& at, const std::vector<std::string_view>& arguments,
                    const Expected& expected);
  void check_values(const Place& at, std::string_view text, const Expected& expected);
  void check_moment(const Place& at, std::string_view text, const Expected& expected);
  void check_zone(const Place& at, std::string_view zone);
  void check_slot(const Place& at, std::string_view text, const Slot& slot, const Expected& expected);
  void refer(const Place& at, std::string_view name);

  Plan& plan_;
  std::filesystem::path folder_;
  LoadErrors& errors_;
  std::vector<fhirpath::RecordMember> members_;
  std::vector<std::string> variables_{"context", "record", "file", "clock"};
  Variables known_;
  std::size_t guards_ = 0;  // number of conditions around the current place
  std::vector<std::string> produced_;
  std::vector<std::string> references_;
  std::set<std::string> used_;
  std::vector<std::string> parts_open_;
};

}  // namespace handoff::mapping
