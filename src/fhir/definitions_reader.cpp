#include "fhir/definitions_reader.h"

#include "core/hash.h"
#include "fhir/definitions_format.h"

namespace handoff::fhir {
namespace {

bool checksum_fits(std::string_view bytes) {
  std::uint64_t stored = 0;
  const auto tail = bytes.substr(bytes.size() - format::checksum_bytes);
  for (std::size_t i = 0; i < tail.size(); ++i)
    stored |= std::uint64_t(static_cast<unsigned char>(tail[i])) << (8 * i);
  return stored == hash64(bytes.substr(0, bytes.size() - tail.size()));
}

}  // namespace

std::uint64_t DefinitionsReader::number() {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < rest_.size() && i < 9; ++i) {
    const auto byte = static_cast<unsigned char>(rest_[i]);
    value |= std::uint64_t(byte & 0x7f) << (7 * i);
    if (byte & 0x80) continue;
    rest_.remove_prefix(i + 1);
    return value;
  }
  damaged_ = true;
  rest_ = {};
  return 0;
}

std::uint64_t DefinitionsReader::below(std::uint64_t limit) {
  const std::uint64_t value = number();
  if (value < limit) return value;
  damaged_ = true;
  return 0;
}

std::size_t DefinitionsReader::count() { return below(rest_.size() + 1); }

std::string_view DefinitionsReader::text() {
  const auto index = below(texts_.size());
  return damaged_ ? std::string_view{} : texts_[index];
}

void DefinitionsReader::texts(std::vector<std::string_view>& all) {
  all.resize(count());
  for (auto& each : all) each = text();
}

void DefinitionsReader::constraints(std::vector<Constraint>& all) {
  all.resize(count());
  for (Constraint& constraint : all) {
    constraint.key = text();
    constraint.is_warning = below(2) == 1;
    constraint.human = text();
    constraint.expression = text();
    if (damaged_) return;
  }
}

void DefinitionsReader::read_texts() {
  std::vector<std::size_t> sizes(count());
  for (auto& size : sizes) size = count();
  texts_.reserve(sizes.size());
  for (const std::size_t size : sizes) {
    if (size > rest_.size()) {
      damaged_ = true;
      return;
    }
    texts_.push_back(rest_.substr(0, size));
    rest_.remove_prefix(size);
  }
}

void DefinitionsReader::read_value_sets(Definitions::Content& content) {
  content.value_sets.resize(count());
  for (ValueSet& value_set : content.value_sets) {
    value_set.url = text();
    value_set.codes.resize(count());
    for (Code& code : value_set.codes) {
      code.system = text();
      code.code = text();
    }
    if (damaged_) return;
  }
}

void DefinitionsReader::read_types(Definitions::Content& content) {
  content.types.resize(count());
  for (std::size_t i = 0; i < content.types.size() && !damaged_; ++i) {
    Type& type = content.types[i];
    type.name = text();
    type.kind = TypeKind(below(std::uint64_t(TypeKind::resource) + 1));
    const auto base = below(i + 1);  // only types before this one, so that no circle can be read
    type.base = base == 0 ? nullptr : &content.types[base - 1];
    type.is_abstract = below(2) == 1;
    type.pattern = text();
    constraints(type.constraints);
    type.elements.resize(count());
    for (Element& element : type.elements) {
      read_element(content, element);
      if (damaged_) return;
    }
  }
}

void DefinitionsReader::read_element(Definitions::Content& content, Element& element) {
  element.name = text();
  element.min = std::uint32_t(below(Element::unbounded));
  const auto max = below(Element::unbounded);
  element.max = max == format::unbounded ? Element::unbounded : std::uint32_t(max - 1);
  const auto flags = below(8);
  element.is_choice = flags & format::choice;
  element.is_modifier = flags & format::modifier;
  element.is_summary = flags & format::summary;
  element.binding = BindingStrength(below(std::uint64_t(BindingStrength::example) + 1));
  element.value_set = text();
  const auto listed = below(content.value_sets.size() + 1);
  element.required_codes = listed == 0 ? nullptr : &content.value_sets[listed - 1];
  constraints(element.constraints);
  element.types.resize(count());
  if (element.types.empty()) damaged_ = true;
  for (TypeChoice& choice : element.types) {
    choice.type = &content.types[below(content.types.size())];
    texts(choice.targets);
    if (damaged_) return;
  }
}

void DefinitionsReader::read_search_parameters(Definitions::Content& content) {
  content.search_parameters.resize(count());
  if (content.search_parameters.size() > UINT16_MAX) damaged_ = true;
  for (std::size_t i = 0; i < content.search_parameters.size() && !damaged_; ++i) {
    SearchParameter& parameter = content.search_parameters[i];
    parameter.index = std::uint16_t(i);
    parameter.url = text();
    parameter.code = text();
    parameter.type = SearchType(below(std::uint64_t(SearchType::special) + 1));
    texts(parameter.bases);
    parameter.expression = text();
    texts(parameter.targets);
    parameter.components.resize(count());
    for (SearchComponent& component : parameter.components) {
      component.code = text();
      component.expression = text();
    }
  }
}

void DefinitionsReader::read_compartments(Definitions::Content& content) {
  content.compartments.resize(count());
  for (Compartment& compartment : content.compartments) {
    compartment.code = text();
    compartment.members.resize(count());
    for (CompartmentMember& member : compartment.members) {
      member.type = text();
      texts(member.parameters);
    }
    if (damaged_) return;
  }
}

bool DefinitionsReader::read(Definitions::Content& content) {
  if (!rest_.starts_with(format::magic) || rest_.size() < format::magic.size() + format::checksum_bytes)
    return false;
  if (!checksum_fits(rest_)) return false;
  rest_.remove_suffix(format::checksum_bytes);
  rest_.remove_prefix(format::magic.size());
  read_texts();
  content.version = text();
  content.profiles = text();
  using Section = void (DefinitionsReader::*)(Definitions::Content&);
  constexpr Section sections[] = {&DefinitionsReader::read_value_sets, &DefinitionsReader::read_types,
                                  &DefinitionsReader::read_search_parameters,
                                  &DefinitionsReader::read_compartments};
  for (const Section section : sections)
    if (!damaged_) (this->*section)(content);
  return !damaged_ && rest_.empty();
}

}  // namespace handoff::fhir
