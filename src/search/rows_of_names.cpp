// Rows found by hash: tokens, references, URIs.
#include <algorithm>

#include "core/hash.h"
#include "search/row_makers.h"

namespace handoff::search {
namespace {

using fhirpath::Item;

void add_token(std::string_view system, std::string_view code, ParameterKey parameter, IndexRows& rows) {
  if (code.empty()) return;
  std::string whole;
  whole.reserve(system.size() + 1 + code.size());
  whole.append(system).append("|").append(code);
  rows.tokens.push_back({parameter, hash64(whole)});
  rows.tokens.push_back({parameter, hash64(code)});
}

void add_coding(json::Value coding, ParameterKey parameter, IndexRows& rows) {
  add_token(coding["system"].text(), coding["code"].text(), parameter, rows);
}

std::string_view without_history(std::string_view reference) { return reference.substr(0, reference.find("/_history/")); }

void add_canonical(std::string_view url, ParameterKey parameter, std::vector<HashRow>& rows) {
  if (url.empty()) return;
  rows.push_back({parameter, hash64(url)});
  const auto bar = url.rfind('|');
  if (bar != std::string_view::npos) rows.push_back({parameter, hash64(url.substr(0, bar))});
}

}  // namespace

void make_token_rows(const Item& item, ParameterKey parameter, IndexRows& rows) {
  const json::Value value = item.value;
  if (!value.is_object()) return add_token("", fhirpath::to_text(item), parameter, rows);
  const std::string_view type = fhirpath::type_name(item);
  if (type == "Coding") return add_coding(value, parameter, rows);
  if (type == "Identifier") return add_token(value["system"].text(), value["value"].text(), parameter, rows);
  if (type == "ContactPoint") return add_token("", value["value"].text(), parameter, rows);
  for (const json::Value coding : value["coding"].items()) add_coding(coding, parameter, rows);
}

void make_bound_code_rows(const Item& item, const fhir::ValueSet& codes, ParameterKey parameter, IndexRows& rows) {
  if (!item.value.is_string()) return;
  const std::string_view code = item.value.text();
  const auto before = [](const fhir::Code& known, std::string_view wanted) { return known.code < wanted; };
  auto found = std::lower_bound(codes.codes.begin(), codes.codes.end(), code, before);
  for (; found != codes.codes.end() && found->code == code; ++found) add_token(found->system, code, parameter, rows);
}

void make_reference_rows(const Item& item, ParameterKey parameter, IndexRows& rows) {
  const json::Value value = item.value;
  if (value.is_string()) return add_canonical(value.text(), parameter, rows.references);
  if (item.type && item.type->kind == fhir::TypeKind::resource) {
    const std::string whole = std::string(value["resourceType"].text()) + "/" + std::string(value["id"].text());
    if (value["id"]) rows.references.push_back({parameter, hash64(whole)});
    return;
  }
  const std::string_view reference = without_history(value["reference"].text());
  if (!reference.empty() && reference[0] != '#') rows.references.push_back({parameter, hash64(reference)});
}

void make_uri_rows(const Item& item, ParameterKey parameter, IndexRows& rows) { add_canonical(item.value.text(), parameter, rows.uris); }

}  // namespace handoff::search
