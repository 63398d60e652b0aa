#include "search/index_rows.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/limits.h"
#include "fhirpath/expression.h"
#include "search/parameter_type.h"
#include "search/plain_path.h"

namespace handoff::search {
namespace {

struct CompiledParameter {
  ParameterKey key = 0;
  const ParameterType* values = nullptr;
  const fhir::ValueSet* codes = nullptr;  // of the required binding, for tokens that are codes
  fhirpath::Expression expression;
  bool is_plain = true;  // see plain_path.h; R4's own parameters count as plain
};

struct CompiledType {
  const fhir::Type* type = nullptr;
  std::vector<CompiledParameter> parameters = {};
};

std::size_t number_of(const fhir::Definitions& definitions, std::string_view resource_type) {
  const auto resources = definitions.resources();
  const auto found =
      std::lower_bound(resources.begin(), resources.end(), resource_type,
                       [](const fhir::Type* type, std::string_view name) { return type->name < name; });
  return std::size_t(found - resources.begin());
}

const fhir::ValueSet* codes_of(const fhir::SearchParameter& parameter,
                               const fhirpath::Expression& expression) {
  const auto elements = expression.result_elements();
  if (parameter.type != fhir::SearchType::token || elements.size() != 1) return nullptr;
  return elements[0]->required_codes;
}

template <class Row>
void settle(std::vector<Row>& rows) {
  std::sort(rows.begin(), rows.end());
  rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
}

Result<fhirpath::Expression> compile(const fhir::Definitions& definitions, const fhir::Type& type,
                                     std::string_view expression) {
  fhirpath::CompileOptions options;
  options.definitions = &definitions;
  options.focus = &type;
  options.search_parameter = true;
  return fhirpath::Expression::compile(expression, options);
}

Result<CompiledType> compile(const fhir::Definitions& definitions, const fhir::Type& type,
                             const Indexer::Wanted& wanted) {
  CompiledType compiled{.type = &type};
  for (const fhir::SearchParameter* parameter : definitions.search_parameters(type.name)) {
    const ParameterType* const values = parameter_type(parameter->type);
    if (!values || parameter->expression.empty() || (wanted && !wanted(*parameter))) continue;
    auto expression = compile(definitions, type, parameter->expression);
    if (!expression)
      return problem(Kind::fault, fmt::format("{}: {}", parameter->url, expression.error().summary()),
                     std::string(type.name));
    const fhir::ValueSet* codes = codes_of(*parameter, *expression);
    const ParameterKey key = parameter_key(definitions, type.name, *parameter);
    const bool is_plain = !is_added(key) || is_plain_path(parameter->expression);
    compiled.parameters.push_back({key, values, codes, std::move(*expression), is_plain});
  }
  return compiled;
}

}  // namespace

struct Indexer::Content {
  const fhir::Definitions* definitions = nullptr;
  std::vector<CompiledType> types = {};  // in the order of Definitions::resources()
};

bool Indexer::is_plain(ParameterKey key) const {
  const auto& parameters = content_->types[key >> 16].parameters;
  const auto found = std::find_if(parameters.begin(), parameters.end(),
                                  [&](const CompiledParameter& each) { return each.key == key; });
  return found != parameters.end() && found->is_plain;
}

const fhir::Definitions& Indexer::definitions() const { return *content_->definitions; }

ParameterKey parameter_key(const fhir::Definitions& definitions, std::string_view resource_type,
                           const fhir::SearchParameter& parameter) {
  return ParameterKey(number_of(definitions, resource_type) << 16 | parameter.index);
}

Result<void> check_expression(const fhir::Definitions& definitions, const fhir::SearchParameter& parameter) {
  for (const fhir::Type* type : definitions.resources()) {
    bool is_base = false;
    for (const fhir::Type* each = type; each; each = each->base)
      is_base |=
          std::find(parameter.bases.begin(), parameter.bases.end(), each->name) != parameter.bases.end();
    if (!is_base) continue;
    if (const auto expression = compile(definitions, *type, parameter.expression); !expression)
      return problem(Kind::incorrect, fmt::format("for {}: {}", type->name, expression.error().summary()));
  }
  return {};
}

Result<Indexer> Indexer::create(const fhir::Definitions& definitions, const Wanted& wanted) {
  auto content = std::make_shared<Content>();
  content->definitions = &definitions;
  for (const fhir::Type* type : definitions.resources()) {
    auto compiled = compile(definitions, *type, wanted);
    if (!compiled) return compiled.error();
    content->types.push_back(std::move(*compiled));
  }
  Indexer indexer;
  indexer.content_ = std::move(content);
  return indexer;
}

IndexRows Indexer::extract(json::Value resource) const {
  IndexRows rows;
  const fhir::Definitions& definitions = *content_->definitions;
  const std::string_view name = resource["resourceType"].text();
  const std::size_t number = number_of(definitions, name);
  if (number == content_->types.size() || content_->types[number].type->name != name) return rows;
  fhirpath::Evaluation evaluation(definitions);
  const fhirpath::Collection focus{fhirpath::typed_item(resource, content_->types[number].type)};
  for (const CompiledParameter& parameter : content_->types[number].parameters) {
    evaluation.reset_steps(is_added(parameter.key) ? limits::added_index_steps_max
                                                   : limits::fhirpath_steps_max);
    const auto found = parameter.expression.evaluate(evaluation, focus);
    if (!found) continue;
    for (const fhirpath::Item& item : *found)
      parameter.values->make_rows(item, {parameter.key, parameter.codes}, rows);
  }
  settle(rows.tokens);
  settle(rows.references);
  settle(rows.uris);
  settle(rows.strings);
  settle(rows.dates);
  settle(rows.numbers);
  return rows;
}

}  // namespace handoff::search
