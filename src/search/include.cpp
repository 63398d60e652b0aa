#include "search/include.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.h"
#include "fhir/reference.h"

namespace handoff::search {
namespace {

Problem refused(std::string why, std::string code = "value") {
  return problem(Kind::incorrect, std::move(why), {}, std::move(code));
}

std::vector<std::string> targets_of(const fhir::Definitions& definitions,
                                    const fhir::SearchParameter& parameter) {
  std::vector<std::string> targets;
  const bool any = parameter.targets.empty() || std::find(parameter.targets.begin(), parameter.targets.end(),
                                                          "Resource") != parameter.targets.end();
  for (const fhir::Type* type : definitions.resources())
    if (any ||
        std::find(parameter.targets.begin(), parameter.targets.end(), type->name) != parameter.targets.end())
      targets.emplace_back(type->name);
  return targets;
}

std::vector<Include::Canonical> canonicals_of(const fhir::Definitions& definitions,
                                              const std::vector<std::string>& targets) {
  std::vector<Include::Canonical> all;
  for (const std::string& type : targets) {
    const auto* url = definitions.find_search_parameter(type, "url");
    const auto* version = definitions.find_search_parameter(type, "version");
    if (url && version)
      all.push_back(
          {type, parameter_key(definitions, type, *url), parameter_key(definitions, type, *version)});
  }
  return all;
}

bool holds(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::optional<Referred> of_canonical(std::string_view text) {
  const auto bar = text.rfind('|');
  if (bar == text.npos) return Referred{std::string(text), {}, true};
  return Referred{std::string(text.substr(0, bar)), std::string(text.substr(bar + 1)), true};
}

// Nothing if it does not name a resource of this server.
std::optional<Referred> of_reference(std::string_view text, std::string_view base) {
  constexpr std::string_view history = "/_history/";
  if (!base.empty() && text.starts_with(base) && text.substr(base.size()).starts_with('/'))
    text.remove_prefix(base.size() + 1);
  const auto at = text.find(history);
  if (!fhir::split_reference(text.substr(0, at))) return std::nullopt;
  return Referred{std::string(text.substr(0, at)),
                  at == text.npos ? std::string() : std::string(text.substr(at + history.size()))};
}

}  // namespace

Result<Include> parse_include(const fhir::Definitions& definitions, std::string_view type,
                              std::string_view value, bool reverse, std::string_view base) {
  const auto parts = split(value, ':');
  if (value.find('*') != value.npos) return refused("* is not served; name the parameter", "not-supported");
  if (parts.size() != 2 && parts.size() != 3)
    return refused("must be Type:parameter or Type:parameter:Target");
  const fhir::Type* source = definitions.find_resource(parts[0]);
  if (!source) return refused(shown_text(parts[0]) + " is no resource type of R4");
  if (!reverse && parts[0] != type)
    return refused(fmt::format("must begin with {}, the type that is searched", type), "not-supported");
  const auto* parameter = definitions.find_search_parameter(parts[0], parts[1]);
  if (!parameter || parameter->type != fhir::SearchType::reference || !is_served(*parameter))
    return refused(fmt::format("{} has no reference parameter {}", parts[0], shown_text(parts[1])));
  Include include;
  include.reverse = reverse;
  include.base = base;
  include.source = parts[0];
  include.parameter = parameter_key(definitions, parts[0], *parameter);
  include.code = parts[1];
  include.name = fmt::format("{}={}", reverse ? "_revinclude" : "_include", value);
  include.targets = targets_of(definitions, *parameter);
  const std::string_view target = parts.size() == 3 ? parts[2] : reverse ? type : std::string_view{};
  if (!target.empty() || parts.size() == 3) {
    if (!holds(include.targets, target) || (reverse && target != type))
      return refused(fmt::format("{}:{} does not refer to {}", parts[0], parts[1], shown_text(target)));
    include.targets = {std::string(target)};
  }
  include.canonicals = canonicals_of(definitions, include.targets);
  fhirpath::CompileOptions options;
  options.definitions = &definitions;
  options.focus = source;
  options.search_parameter = true;
  auto expression = fhirpath::Expression::compile(parameter->expression, options);
  if (!expression) return expression.error();
  include.expression = std::move(*expression);
  return include;
}

std::vector<Referred> Include::referred_by(json::Value resource, const fhir::Definitions& definitions) const {
  std::vector<Referred> found;
  fhirpath::Evaluation evaluation(definitions);
  const auto items = expression.evaluate(evaluation, {fhirpath::resource_item(resource, definitions)});
  if (!items) return found;
  for (const fhirpath::Item& item : *items) {
    auto referred = item.value.is_string() ? of_canonical(item.value.text())
                                           : of_reference(item.value["reference"].text(), base);
    if (!referred) continue;
    const bool is_wanted = referred->is_canonical
                               ? !canonicals.empty()
                               : holds(targets, fhir::split_reference(referred->target)->type);
    if (is_wanted && std::find(found.begin(), found.end(), *referred) == found.end())
      found.push_back(std::move(*referred));
  }
  return found;
}

}  // namespace handoff::search
