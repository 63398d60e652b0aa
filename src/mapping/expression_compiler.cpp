// The part of TemplateCompiler that deals with strings: slots, expressions and references. It also checks the
// names that they use.
#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>

#include "core/civil.h"
#include "core/text.h"
#include "mapping/calls.h"
#include "mapping/element_rules.h"
#include "mapping/functions.h"
#include "mapping/template_compiler.h"

namespace handoff::mapping {
namespace {

// A piece of a template string: literal text, or a slot's expression.
struct Piece {
  bool is_slot = false;
  bool is_all = false;
  std::string_view text;
  std::size_t offset = 0;
};

// Position of the brackets that close a slot. Its expression begins at `at`. FHIRPath's own {} can nest
// within it.
std::size_t end_of_slot(std::string_view text, std::size_t at, std::string_view closing) {
  std::size_t depth = 0;
  while (at < text.size()) {
    if (depth == 0 && text.substr(at).starts_with(closing)) return at;
    if (text[at] == '{' || text[at] == '[') ++depth;
    if (depth > 0 && (text[at] == '}' || text[at] == ']')) --depth;
    at = skip_quoted(text, at);
  }
  return std::string_view::npos;
}

// Nothing if a slot has no end.
std::optional<std::vector<Piece>> pieces_of(std::string_view text) {
  std::vector<Piece> pieces;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t begin = std::min(text.find("{{", at), text.find("{[", at));
    const std::string_view before = text.substr(at, begin == std::string_view::npos ? begin : begin - at);
    if (!before.empty()) pieces.push_back({false, false, before, at});
    if (begin == std::string_view::npos) break;
    const bool is_all = text[begin + 1] == '[';
    const std::size_t end = end_of_slot(text, begin + 2, is_all ? "]}" : "}}");
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view inner = trim(text.substr(begin + 2, end - begin - 2));
    pieces.push_back({true, is_all, inner, inner.empty() ? begin : std::size_t(inner.data() - text.data())});
    at = end + 2;
  }
  return pieces;
}

// The outline of an expression's result. Literal words stand as they are, and each other part is one
// character \x01.
std::string outline_of(std::string_view expression) {
  std::string outline;
  for (const std::string_view joined : split_outside(expression, '&'))
    for (const std::string_view part : split_outside(joined, '+')) {
      const bool is_word = part.size() > 1 && part.front() == '\'' && skip_quoted(part, 0) == part.size();
      outline += is_word ? std::string(part.substr(1, part.size() - 2)) : "\x01";
    }
  return outline;
}

// True for an outline that has a slot and a time of day but no zone. The zone may be written, or a second
// slot at the end may give it.
bool lacks_zone(std::string_view outline) {
  static const RE2 with_time("[^T ]*[T ](.+)"), with_zone(".*(Z|[+-][0-9]{2}:[0-9]{2}|\x01[+-]?\x01)");
  std::string time;
  return outline.find('\x01') != outline.npos && RE2::FullMatch(outline, with_time, &time) &&
         !RE2::FullMatch(time, with_zone);
}

// What the code of a Coding must be.
Expected expected_code(const fhir::Type& coding, const Expected& expected) {
  const auto code = coding.find_json("code");
  Expected inner = expected;
  inner.element = code.element;
  inner.type = code.type;
  inner.path += ".code";
  return inner;
}

}  // namespace

Node TemplateCompiler::string(const Place& at, json::Value source, const Expected& expected) {
  const std::string_view text = source.text();
  const bool is_reference = expected.type && expected.type->name == "Reference";
  if (is_reference && text.starts_with('@') && !text.starts_with("@@"))
    return reference(at, text.substr(1), expected);
  const auto pieces = pieces_of(text);
  if (!pieces) {
    errors_.add(at, "a slot does not end");
    return {};
  }
  check_moment(at, text, expected);
  const bool has_slots =
      std::any_of(pieces->begin(), pieces->end(), [](const Piece& p) { return p.is_slot; });
  if (!has_slots) {
    if (!text.starts_with("@@")) return literal(at, source, expected);
    Node node;
    node.kind = NodeKind::text;
    node.parts.push_back({std::string(text.substr(1)), {}});
    return node;
  }
  if (pieces->size() == 1)
    return slot(at.within(1 + pieces->front().offset), pieces->front().text, pieces->front().is_all,
                expected);
  if (const Target target = target_of(expected.type); expected.type && target != Target::text)
    errors_.add(at, fmt::format("{} is a {}, not a text", expected.path, expected.type->name));
  return concatenation(at, text, expected);
}

// A time of day needs a zone, because 10:00 in Boston is not 10:00 in Los Angeles.
void TemplateCompiler::check_moment(const Place& at, std::string_view text, const Expected& expected) {
  if (!expected.type || (expected.type->name != "dateTime" && expected.type->name != "instant")) return;
  std::string outline;
  const auto pieces = pieces_of(text);
  for (const Piece& piece : pieces ? *pieces : std::vector<Piece>{})
    outline += piece.is_slot ? outline_of(piece.text) : std::string(piece.text);
  if (lacks_zone(outline))
    errors_.add(at,
                fmt::format("{} needs a zone: join date and time with dateTime(date, time)", expected.path));
}

Node TemplateCompiler::slot(const Place& at, std::string_view text, bool is_all, const Expected& expected) {
  if (is_all && expected.position == Position::single && expected.type)
    errors_.add(at, fmt::format("{} is not a list", expected.path));
  Node node;
  node.kind = is_all ? NodeKind::all : NodeKind::one;
  node.target = target_of(expected.type);
  if (node.target == Target::number) node.primitive = expected.type;
  node.path = expected.path;
  node.slot = expression(at, text, expected);
  check_slot(at, text, node.slot, expected);
  return node;
}

Node TemplateCompiler::concatenation(const Place& at, std::string_view text, const Expected& expected) {
  Node node;
  node.kind = NodeKind::text;
  node.target = Target::text;
  node.path = expected.path;
  const auto pieces = pieces_of(text);
  if (!pieces) {
    errors_.add(at, "a slot does not end");
    return node;
  }
  for (const Piece& piece : *pieces) {
    if (piece.is_all) errors_.add(at, "a collection cannot stand within a text");
    TextPart part;
    if (piece.is_slot) {
      part.slot = expression(at.within(1 + piece.offset), piece.text, expected);
      if (expected.element && expected.element->name == "reference")
        check_values(at.within(1 + piece.offset), piece.text, expected);
    } else part.literal = std::string(piece.text);
    node.parts.push_back(std::move(part));
  }
  return node;
}

Node TemplateCompiler::reference(const Place& at, std::string_view name, const Expected& expected) {
  if (expected.position == Position::list)
    errors_.add(at, fmt::format("{} is a list: it needs an array", expected.path));
  refer(at, name);
  Node node;
  node.kind = NodeKind::reference;
  node.name = std::string(name);
  node.path = expected.path;
  return node;
}

void TemplateCompiler::refer(const Place& at, std::string_view name) {
  if (std::find(produced_.begin(), produced_.end(), name) == produced_.end())
    errors_.add(at, fmt::format("\"{}\" is not a produced resource", name));
  else references_.emplace_back(name);
}

std::vector<std::string> TemplateCompiler::take_references() {
  std::sort(references_.begin(), references_.end());
  references_.erase(std::unique(references_.begin(), references_.end()), references_.end());
  return std::exchange(references_, {});
}

Slot TemplateCompiler::expression(const Place& at, std::string_view text, const Expected& expected) {
  fhirpath::CompileOptions options;
  options.record = &members_;
  return compiled(at, text, options, expected);
}

Slot TemplateCompiler::criterion(const Place& at, std::string_view text, const fhir::Type* focus) {
  fhirpath::CompileOptions options;
  options.focus = focus;
  options.record = &members_;
  return compiled(at, text, options, {});
}

Slot TemplateCompiler::compiled(const Place& at, std::string_view text, const fhirpath::CompileOptions& basis,
                                const Expected& expected) {
  fhirpath::CompileOptions options = basis;
  options.definitions = plan_.definitions;
  options.functions = mapping_functions();
  options.variables = variables_;
  check_calls(at, text, expected);
  fhirpath::Failure failure;
  auto expression = fhirpath::Expression::compile(text, options, &failure);
  Slot slot;
  slot.place = at.text();
  if (!expression) {
    errors_.add(at.within(failure.position),
                failure.message.empty() ? expression.error().summary() : failure.message);
    return slot;
  }
  for (const std::string& path : expression->record_members()) use_column(path, expected.path);
  // person.birthDate replaces its group, person
  for (const std::string& path : expression->record_members()) {
    std::erase_if(slot.columns, [&](const std::string& group) { return path.starts_with(group + "."); });
    slot.columns.push_back(path);
  }
  for (const std::string_view name : find_variables(text))
    if (const auto known = known_.find(name); known != known_.end())
      add_columns(slot.columns, known->second.columns);
  slot.expression = std::move(*expression);
  return slot;
}

void TemplateCompiler::use_column(std::string_view path, const std::string& target) {
  used_.emplace(path);
  Column* column = plan_.contract.find(path);
  if (column && column->target.empty()) column->target = target;
}

void TemplateCompiler::check_slot(const Place& at, std::string_view text, const Slot& slot,
                                  const Expected& expected) {
  if (!slot.expression) return;
  std::string wrong;
  const auto path = column_path(text);
  const Column* column = path ? plan_.contract.find(*path) : nullptr;
  if (column) wrong = column_flaw(*column, false, expected);
  else wrong = result_flaw(slot.expression->result_types(), expected);
  if (!wrong.empty()) return errors_.add(at, wrong);
  check_values(at, text, expected);
}

// Checks the known values of an expression against the element. An error names the place of the value (a
// table, map.json). For a coding the code is checked.
void TemplateCompiler::check_values(const Place& at, std::string_view text, const Expected& expected) {
  const auto call = whole_call(text);
  if (const auto* coding = expected.type; coding && coding->name == "Coding" && expected.bound && call &&
                                          call->name == "coding" && call->arguments.size() > 1)
    return check_values(at, call->arguments[1], expected_code(*coding, expected));
  for (const KnownValue& value : known_values(text, plan_, known_, guards_ > 0)) {
    const std::string wrong = value.text.empty() ? std::string() : value_flaw(value.text, expected);
    if (wrong.empty()) continue;
    if (value.place.empty()) errors_.add(at, wrong);
    else errors_.add(value.place, wrong);
  }
}

void TemplateCompiler::check_calls(const Place& at, std::string_view text, const Expected& expected) {
  for (const FunctionCall& call : find_calls(text)) {
    const Place here = at.within(call.position);
    const std::string_view first =
        call.arguments.empty() ? std::string_view{} : literal_text(call.arguments.front());
    if (call.name == "lookup") check_lookup(here, call.arguments, expected);
    if (call.name == "ref") refer(here, first);
    if (call.name == "dateTime" && call.arguments.size() > 2)
      check_zone(here, literal_text(call.arguments[2]));
    if (call.name == "refTo" && !plan_.definitions->find_resource(first))
      errors_.add(here, fmt::format("refTo() needs a resource type, not \"{}\"", first));
  }
}

void TemplateCompiler::check_zone(const Place& at, std::string_view zone) {
  if (zone.empty() || !instant_in_zone(CivilDate{std::chrono::year{2024} / 1 / 1}, {}, zone))
    errors_.add(at, fmt::format("unknown time zone \"{}\"", zone));
}

void TemplateCompiler::check_lookup(const Place& at, const std::vector<std::string_view>& arguments,
                                    const Expected& expected) {
  const std::string_view name = arguments.empty() ? std::string_view{} : literal_text(arguments.front());
  const auto table = plan_.lookups.find(std::string(name));
  if (table == plan_.lookups.end()) {
    errors_.add(at, fmt::format("there is no lookup \"{}\"", name));
    return;
  }
  if (table->second.unmapped == Unmapped::text && !expected.in_concept)
    errors_.add(at,
                fmt::format("the lookup \"{}\" may give text, which only a CodeableConcept can hold", name));
  if (arguments.size() < 3) return;
  const std::string_view column = literal_text(arguments[2]);
  if (!table->second.column(column))
    errors_.add(at, fmt::format("the lookup \"{}\" has no column \"{}\"", name, column));
}

}  // namespace handoff::mapping
