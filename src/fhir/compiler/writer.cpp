#include "fhir/compiler/writer.h"

#include <unordered_map>

#include "core/hash.h"
#include "fhir/definitions_format.h"

namespace handoff::fhir::compiler {
namespace {

void append_number(std::string& out, std::uint64_t number) {
  for (; number >= 0x80; number >>= 7) out.push_back(char(number | 0x80));
  out.push_back(char(number));
}

class Writer {
 public:
  explicit Writer(const Model& model) : model_(model) {}

  std::string write() {
    text(model_.version);
    text(model_.profiles);
    write_value_sets();
    write_types();
    write_search_parameters();
    write_compartments();
    std::string out(format::magic);
    append_number(out, texts_.size());
    for (const auto& each : texts_) append_number(out, each.size());
    for (const auto& each : texts_) out += each;
    out += body_;
    const std::uint64_t hash = hash64(out);
    for (int shift = 0; shift < 64; shift += 8) out.push_back(char(hash >> shift));
    return out;
  }

 private:
  void number(std::uint64_t value) { append_number(body_, value); }

  void text(std::string_view value) {
    const auto [place, is_new] = text_numbers_.emplace(value, texts_.size());
    if (is_new) texts_.push_back(value);
    number(place->second);
  }

  void all(const Texts& values) {
    number(values.size());
    for (const auto value : values) text(value);
  }

  void write_value_sets() {
    number(model_.value_sets.size());
    for (const auto& [url, codes] : model_.value_sets) {
      value_set_numbers_.emplace(url, value_set_numbers_.size());
      text(url);
      number(codes.size());
      for (const auto& [system, code] : codes) {
        text(system);
        text(code);
      }
    }
  }

  void write_constraints(const std::vector<Constraint>& constraints) {
    number(constraints.size());
    for (const Constraint& constraint : constraints) {
      text(constraint.key);
      number(constraint.is_warning);
      text(constraint.human);
      text(constraint.expression);
    }
  }

  // Bases first, so that a reader can refuse a circle.
  void order(std::string_view name) {
    if (name.empty() || type_numbers_.contains(name)) return;
    order(model_.structures.at(name).base);
    type_numbers_.emplace(name, type_order_.size());
    type_order_.push_back(name);
  }

  void write_types() {
    for (const auto& [name, type] : model_.structures) order(name);
    number(type_order_.size());
    for (const auto name : type_order_) {
      const TypeModel& type = model_.structures.at(name);
      text(name);
      number(std::uint64_t(type.kind));
      number(type.base.empty() ? 0 : type_numbers_.at(type.base) + 1);
      number(type.is_abstract);
      text(type.pattern);
      write_constraints(type.constraints);
      number(type.elements.size());
      for (const ElementModel& element : type.elements) write_element(element);
    }
  }

  void write_element(const ElementModel& element) {
    text(element.name);
    number(element.min);
    number(element.max == Element::unbounded ? format::unbounded : std::uint64_t(element.max) + 1);
    number((element.is_choice ? format::choice : 0) | (element.is_modifier ? format::modifier : 0) |
           (element.is_summary ? format::summary : 0));
    number(std::uint64_t(element.binding));
    text(element.value_set);
    const bool listed =
        element.binding == BindingStrength::required && value_set_numbers_.contains(element.value_set);
    number(listed ? value_set_numbers_.at(element.value_set) + 1 : 0);
    write_constraints(element.constraints);
    number(element.types.size());
    for (const ChoiceModel& choice : element.types) {
      number(type_numbers_.at(choice.type));
      all(choice.targets);
    }
  }

  void write_search_parameters() {
    number(model_.search_parameters.size());
    for (const auto& [url, parameter] : model_.search_parameters) {
      text(url);
      text(parameter.code);
      number(std::uint64_t(parameter.type));
      all(parameter.bases);
      text(parameter.expression);
      all(parameter.targets);
      number(parameter.components.size());
      for (const auto& [definition, expression] : parameter.components) {
        text(model_.search_parameters.at(definition).code);
        text(expression);
      }
    }
  }

  void write_compartments() {
    number(model_.compartments.size());
    for (const auto& [code, members] : model_.compartments) {
      text(code);
      number(members.size());
      for (const auto& [type, parameters] : members) {
        text(type);
        all(parameters);
      }
    }
  }

  const Model& model_;
  std::string body_;
  Texts texts_;
  std::unordered_map<std::string_view, std::uint64_t> text_numbers_, type_numbers_, value_set_numbers_;
  Texts type_order_;
};

}  // namespace

std::string write_definitions(const Model& model) { return Writer(model).write(); }

}  // namespace handoff::fhir::compiler
