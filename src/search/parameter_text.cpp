#include "search/parameter_text.h"

namespace handoff::search {

std::string to_text(const fhir::SearchParameter& parameter) {
  json::Arena arena;
  std::vector<json::Value> bases;
  for (const std::string_view base : parameter.bases) bases.push_back(arena.string(base));
  const json::Member members[] = {{"type", arena.string(to_code(parameter.type))},
                                  {"base", arena.array(bases)},
                                  {"expression", arena.string(parameter.expression)}};
  return json::write(arena.object(members));
}

Result<fhir::SearchParameter> read_parameter_text(const json::Document& text) {
  fhir::SearchParameter parameter;
  const auto type = fhir::search_type(text.root()["type"].text());
  parameter.expression = text.root()["expression"].text();
  for (const json::Value base : text.root()["base"].items()) parameter.bases.push_back(base.text());
  if (!type || parameter.expression.empty())
    return problem(Kind::fault, "a search parameter of the store cannot be read");
  parameter.type = *type;
  return parameter;
}

}  // namespace handoff::search
