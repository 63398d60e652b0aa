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

Result<Condition> read(const ParameterContext& context, Values values) {
  return test_of(context, values, read_value);
}

constexpr Modifier modifiers[] = {{"", read}};

}  // namespace

const ParameterType uri_type{Index::uri, false, make_rows, modifiers};

}  // namespace handoff::search
