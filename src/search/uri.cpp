// Search parameters of type uri (R4 "search", uri), found by hash.
#include "core/hash.h"
#include "search/canonical_rows.h"
#include "search/parameter_type.h"
#include "search/value_text.h"

namespace handoff::search {

void add_canonical(std::string_view url, ParameterKey parameter, std::vector<HashRow>& rows) {
  if (url.empty()) return;
  rows.push_back({parameter, hash64(url)});
  const auto bar = url.rfind('|');
  if (bar != std::string_view::npos) rows.push_back({parameter, hash64(url.substr(0, bar))});
}

namespace {

void make_rows(const fhirpath::Item& item, const RowContext& context, IndexRows& rows) {
  add_canonical(item.value.text(), context.parameter, rows.uris);
}

Result<void> read_value(const ParameterContext&, std::string_view value, std::vector<KeyRange>& ranges) {
  auto uri = unescaped(value);
  if (!uri) return uri.error();
  ranges.push_back(HashKey{hash64(*uri)});
  return {};
}

// A resource whose url and version are these.
Condition test_of_version(const ParameterContext& context, const fhir::SearchParameter& version,
                          std::string_view url, std::string_view number) {
  const auto test = [&](const fhir::SearchParameter& parameter, Index index, std::string_view text) {
    return Condition{ParameterTest{index,
                                   parameter_key(context.definitions, context.type, parameter),
                                   std::string(parameter.code),
                                   {HashKey{hash64(text)}}}};
  };
  return Condition{
      Group{Group::Of::all, {test(context.parameter, Index::uri, url), test(version, Index::token, number)}}};
}

// A canonical with a version, "url|1.0", names a resource by its url and version (R4 "references",
// canonical).
Result<Condition> read(const ParameterContext& context, Values values) {
  auto plain = test_of(context, values, read_value);
  const auto* version = context.definitions.find_search_parameter(context.type, "version");
  if (!plain || context.parameter.code != "url" || !version) return plain;
  Group any{Group::Of::any, {std::move(*plain)}};
  for (const std::string_view value : values) {
    const auto uri = unescaped(value);
    const auto bar = uri ? uri->rfind('|') : std::string::npos;
    if (bar == std::string::npos) continue;
    const std::string_view text = *uri;
    any.conditions.push_back(test_of_version(context, *version, text.substr(0, bar), text.substr(bar + 1)));
  }
  if (any.conditions.size() == 1) return std::move(any.conditions.front());
  return Condition{std::move(any)};
}

constexpr Modifier modifiers[] = {{"", read}};

}  // namespace

const ParameterType uri_type{Index::uri, false, make_rows, modifiers};

}  // namespace handoff::search
