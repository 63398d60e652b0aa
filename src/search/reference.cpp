// Search parameters of type reference (R4 "search", reference), found by hash.
#include <algorithm>

#include "core/hash.h"
#include "fhir/reference.h"
#include "search/canonical_rows.h"
#include "search/parameter_type.h"
#include "search/value_text.h"

namespace handoff::search {
namespace {

// An "id" alone is searched under each type that the parameter may refer to.
constexpr std::size_t targets_max = 16;

std::string_view without_history(std::string_view reference) {
  return reference.substr(0, reference.find("/_history/"));
}

void make_rows(const fhirpath::Item& item, const RowContext& context, IndexRows& rows) {
  const json::Value value = item.value;
  if (value.is_string()) return add_canonical(value.text(), context.parameter, rows.references);
  if (item.type && item.type->kind == fhir::TypeKind::resource) {
    const std::string whole =
        std::string(value["resourceType"].text()) + "/" + std::string(value["id"].text());
    if (value["id"]) rows.references.push_back({context.parameter, hash64(whole)});
    return;
  }
  const std::string_view reference = without_history(value["reference"].text());
  if (!reference.empty() && reference[0] != '#')
    rows.references.push_back({context.parameter, hash64(reference)});
}

// May the parameter refer to this type? ("Resource" stands for any.)
bool may_refer_to(const ParameterContext& context, std::string_view type) {
  const auto& targets = context.parameter.targets;
  return targets.empty() || std::find(targets.begin(), targets.end(), type) != targets.end() ||
         std::find(targets.begin(), targets.end(), "Resource") != targets.end();
}

// Is it a canonical, for example of a Questionnaire? It names a definition, stored here or not, and redaction
// never removes it.
bool is_canonical(const ParameterContext& context, std::string_view text, std::string_view local) {
  const fhir::Type* type = context.definitions.find_resource(local.substr(0, local.find('/')));
  return text.find("://") != text.npos && type && type->find("url");
}

void add_target(const ParameterContext& context, std::string_view text, std::vector<KeyRange>& ranges) {
  std::string local = fhir::local_reference(text);
  const bool is_hideable = !is_canonical(context, text, local);
  ranges.push_back(HashKey{hash64(text), is_hideable ? std::move(local) : std::string()});
}

// "Type/id" is also found where a resource names it by its address on this server (R4 "references").
void add_local_target(const ParameterContext& context, const std::string& local,
                      std::vector<KeyRange>& ranges) {
  ranges.push_back(HashKey{hash64(local), local});
  const std::string_view base = context.options.base;
  if (!base.empty()) ranges.push_back(HashKey{hash64(std::string(base).append("/").append(local)), local});
}

Result<void> read_bare_id(const ParameterContext& context, std::string_view id,
                          std::vector<KeyRange>& ranges) {
  if (!context.modifier.empty()) {
    add_local_target(context, std::string(context.modifier).append("/").append(id), ranges);
    return {};
  }
  const auto& targets = context.parameter.targets;
  if (targets.empty() || targets.size() > targets_max)
    return refused_value("may refer to many types: write Type/id");
  for (const std::string_view target : targets)
    add_local_target(context, std::string(target).append("/").append(id), ranges);
  return {};
}

Result<void> read_value(const ParameterContext& context, std::string_view value,
                        std::vector<KeyRange>& ranges) {
  auto text = unescaped(value);
  if (!text) return text.error();
  if (fhir::is_id(*text)) return read_bare_id(context, *text, ranges);
  std::string_view local = *text;
  const std::string_view base = context.options.base;
  if (!base.empty() && local.starts_with(base) && local.substr(base.size()).starts_with('/'))
    local.remove_prefix(base.size() + 1);
  if (const auto parts = fhir::split_reference(local)) {
    if (!context.definitions.find_resource(parts->type) || !may_refer_to(context, parts->type) ||
        (!context.modifier.empty() && parts->type != context.modifier))
      return refused_value("does not refer to this type of resource");
    add_local_target(context, std::string(local), ranges);
    return {};
  }
  if (text->find(':') == text->npos) return refused_value("a reference is Type/id, id, or an absolute URL");
  if (!context.modifier.empty()) return refused_value("the modifier goes with an id, not with a URL");
  add_target(context, *text, ranges);
  return {};
}

Result<Condition> read(const ParameterContext& context, Values values) {
  return test_of(context, values, read_value);
}

constexpr Modifier modifiers[] = {{"", read}, {Modifier::resource_type, read}};

}  // namespace

const ParameterType reference_type{Index::reference, false, make_rows, modifiers};

}  // namespace handoff::search
