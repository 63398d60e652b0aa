#include "fhir/definitions.h"

#include <algorithm>
#include <tuple>

#include "fhir/definitions_reader.h"

extern "C" {
extern const char handoff_definitions_begin[];
extern const char handoff_definitions_end[];
}

namespace handoff::fhir {
namespace {

char upper(char c) { return c >= 'a' && c <= 'z' ? char(c - 'a' + 'A') : c; }

// "DateTime" names the type dateTime.
bool is_suffix_of(std::string_view suffix, const Type& type) {
  return suffix.size() == type.name.size() && suffix[0] == upper(type.name[0]) &&
         suffix.substr(1) == type.name.substr(1);
}

bool code_less(const Code& a, const Code& b) {
  return std::tie(a.code, a.system) < std::tie(b.code, b.system);
}

}  // namespace

// In the order of SearchType.
constexpr std::string_view search_types[] = {"number",    "date",     "string", "token",  "reference",
                                             "composite", "quantity", "uri",    "special"};

std::string_view to_code(SearchType type) { return search_types[std::size_t(type)]; }

std::optional<SearchType> search_type(std::string_view code) {
  const auto found = std::find(std::begin(search_types), std::end(search_types), code);
  if (found == std::end(search_types)) return std::nullopt;
  return SearchType(found - std::begin(search_types));
}

const Element* Type::find(std::string_view element) const {
  for (const Element& each : elements)
    if (each.name == element) return &each;
  return nullptr;
}

Type::JsonElement Type::find_json(std::string_view member) const {
  for (const Element& element : elements) {
    if (!element.is_choice) {
      if (element.name == member) return {&element, element.types[0].type};
      continue;
    }
    if (member.size() <= element.name.size() || !member.starts_with(element.name)) continue;
    const auto suffix = member.substr(element.name.size());
    for (const TypeChoice& choice : element.types)
      if (is_suffix_of(suffix, *choice.type)) return {&element, choice.type};
  }
  return {};
}

bool Type::is_a(const Type& ancestor) const {
  for (const Type* type = this; type; type = type->base)
    if (type == &ancestor) return true;
  return false;
}

bool ValueSet::contains(std::string_view code) const {
  const auto found = std::lower_bound(codes.begin(), codes.end(), Code{{}, code}, code_less);
  return found != codes.end() && found->code == code;
}

bool ValueSet::contains(std::string_view system, std::string_view code) const {
  return std::binary_search(codes.begin(), codes.end(), Code{system, code}, code_less);
}

namespace {

// Is the resource, or a type that it derives from, among the parameter's bases?
bool applies(const SearchParameter& parameter, const Type& resource) {
  for (const Type* type = &resource; type; type = type->base)
    if (std::find(parameter.bases.begin(), parameter.bases.end(), type->name) != parameter.bases.end())
      return true;
  return false;
}

template <class Searchable, class Content>
std::shared_ptr<const Searchable> make_searchable(const Content& content,
                                                  std::vector<SearchParameter> parameters) {
  auto searchable = std::make_shared<Searchable>();
  searchable->parameters = std::move(parameters);
  std::vector<const SearchParameter*> general;
  for (const SearchParameter& parameter : searchable->parameters)
    for (const auto base : parameter.bases) {
      const auto found = content.types_by_name.find(base);
      if (found == content.types_by_name.end()) continue;
      if (found->second->is_abstract) general.push_back(&parameter);
      else searchable->by_type[found->second->name].push_back(&parameter);
    }
  for (const Type* resource : content.resources) {
    auto& all = searchable->by_type[resource->name];
    for (const SearchParameter* parameter : general)
      if (applies(*parameter, *resource)) all.push_back(parameter);
    std::sort(all.begin(), all.end(), [](const auto* a, const auto* b) { return a->code < b->code; });
  }
  return searchable;
}

template <class Content>
void index(Content& content) {
  for (const Type& type : content.types) {
    content.types_by_name.emplace(type.name, &type);
    if (type.kind == TypeKind::resource && !type.is_abstract) content.resources.push_back(&type);
  }
  std::sort(content.resources.begin(), content.resources.end(),
            [](const auto* a, const auto* b) { return a->name < b->name; });
}

}  // namespace

Definitions::Definitions() : content_(std::make_shared<Content>()) {}
Definitions::~Definitions() = default;

Result<std::shared_ptr<const Definitions>> Definitions::read(std::string_view bytes) {
  const std::shared_ptr<Definitions> definitions(new Definitions());
  if (!DefinitionsReader(bytes).read(*definitions->content_))
    return problem(Kind::fault, "damaged definitions");
  Content& content = *definitions->content_;
  index(content);
  definitions->searchable_ = make_searchable<Searchable>(content, std::move(content.search_parameters));
  return std::shared_ptr<const Definitions>(definitions);
}

std::shared_ptr<const Definitions> Definitions::with(std::span<const SearchParameter> added) const {
  std::vector<SearchParameter> all = searchable_->parameters;
  all.insert(all.end(), added.begin(), added.end());
  const std::shared_ptr<Definitions> definitions(new Definitions());
  definitions->content_ = content_;
  definitions->searchable_ = make_searchable<Searchable>(*content_, std::move(all));
  return definitions;
}

const Definitions& Definitions::r4() {
  static const std::shared_ptr<const Definitions> built_in =
      read({handoff_definitions_begin, std::size_t(handoff_definitions_end - handoff_definitions_begin)})
          .value();
  return *built_in;
}

const Type* Definitions::find_type(std::string_view name) const {
  const auto found = content_->types_by_name.find(name);
  return found == content_->types_by_name.end() ? nullptr : found->second;
}

const Type* Definitions::find_resource(std::string_view name) const {
  const Type* type = find_type(name);
  return type && type->kind == TypeKind::resource && !type->is_abstract ? type : nullptr;
}

std::span<const Type* const> Definitions::resources() const { return content_->resources; }

const ValueSet* Definitions::find_value_set(std::string_view canonical) const {
  const auto url = canonical.substr(0, canonical.find('|'));
  const auto& all = content_->value_sets;
  const auto found = std::lower_bound(all.begin(), all.end(), url,
                                      [](const ValueSet& a, std::string_view b) { return a.url < b; });
  return found != all.end() && found->url == url ? &*found : nullptr;
}

std::span<const SearchParameter* const> Definitions::search_parameters(std::string_view resource_type) const {
  const auto found = searchable_->by_type.find(resource_type);
  if (found == searchable_->by_type.end()) return {};
  return found->second;
}

const SearchParameter* Definitions::find_search_parameter(std::string_view resource_type,
                                                          std::string_view code) const {
  const auto all = search_parameters(resource_type);
  const auto found = std::lower_bound(all.begin(), all.end(), code,
                                      [](const auto* a, std::string_view b) { return a->code < b; });
  return found != all.end() && (*found)->code == code ? *found : nullptr;
}

std::span<const SearchParameter> Definitions::all_search_parameters() const {
  return searchable_->parameters;
}

const Compartment* Definitions::find_compartment(std::string_view code) const {
  for (const Compartment& compartment : content_->compartments)
    if (compartment.code == code) return &compartment;
  return nullptr;
}

std::string_view Definitions::profiles() const { return content_->profiles; }
std::string_view Definitions::version() const { return content_->version; }

}  // namespace handoff::fhir
