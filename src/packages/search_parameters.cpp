#include "packages/search_parameters.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/limits.h"
#include "core/text.h"

namespace handoff::packages {
namespace {

using fhir::SearchParameter;
using fhir::SearchType;
using json::Value;

// A code is a name in a URL. Names that begin with an underscore are R4's to define.
bool is_code(std::string_view code) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  };
  return !code.empty() && code.size() <= limits::search_code_bytes_max &&
         std::all_of(code.begin(), code.end(), fits);
}

// The concrete types that a base stands for.
std::vector<std::string_view> types_of(const fhir::Definitions& definitions, const fhir::Type& base) {
  std::vector<std::string_view> types;
  for (const fhir::Type* type : definitions.resources())
    if (type->is_a(base)) types.push_back(type->name);
  return types;
}

Result<std::vector<std::string_view>> bases_of(const fhir::Definitions& definitions, Value parameter) {
  const std::string_view code = parameter["code"].text();
  std::vector<std::string_view> bases;
  for (const Value base : parameter["base"].items()) {
    const fhir::Type* type = definitions.find_type(base.text());
    if (!type || type->kind != fhir::TypeKind::resource)
      return problem(Kind::incorrect, shown_text(base.text()) + " is no resource type of R4");
    for (const std::string_view name : types_of(definitions, *type))
      if (!definitions.find_search_parameter(name, code)) bases.push_back(name);
  }
  if (parameter["base"].size() == 0) return problem(Kind::incorrect, "the search parameter has no base");
  std::sort(bases.begin(), bases.end());
  bases.erase(std::unique(bases.begin(), bases.end()), bases.end());
  return bases;
}

// The result has no bases if the parameter cannot be searched by, or if R4 has it already.
Result<SearchParameter> read(const fhir::Definitions& definitions, Value from) {
  SearchParameter parameter;
  parameter.url = from["url"].text();
  parameter.code = from["code"].text();
  if (!is_code(parameter.code))
    return problem(Kind::incorrect, "the search parameter has no code, or one that is no name");
  const auto type = fhir::search_type(from["type"].text());
  if (!type) return problem(Kind::incorrect, "the search parameter's type is not a type of R4");
  parameter.type = *type;
  auto bases = bases_of(definitions, from);
  if (!bases) return bases.error();
  parameter.expression = from["expression"].text();
  const bool is_served =
      *type != SearchType::composite && *type != SearchType::special && !parameter.expression.empty();
  if (is_served && !parameter.code.starts_with('_')) parameter.bases = std::move(*bases);
  for (const Value target : from["target"].items()) parameter.targets.push_back(target.text());
  return parameter;
}

}  // namespace

Result<std::vector<PackagedParameter>> search_parameters(const Package& package,
                                                         const fhir::Definitions& definitions) {
  std::vector<PackagedParameter> all;
  for (const Definition& definition : package.definitions()) {
    const Value root = definition.root();
    if (root["resourceType"].text() != "SearchParameter") continue;
    auto parameter = read(definitions, root);
    if (!parameter) return problem(Kind::incorrect, parameter.error().summary(), definition.file);
    if (!parameter->bases.empty()) all.push_back({std::move(*parameter), definition.file});
  }
  return all;
}

}  // namespace handoff::packages
