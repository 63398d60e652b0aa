// JSON: one document. A FHIRPath in the mapping says where the records are. Without it the document is an
// array of records.
#include <fmt/format.h>

#include "mapping/raw_file.h"

namespace handoff::mapping {

Result<void> read_json_file(const Plan& plan, const Decoded& decoded, RawFile& file) {
  if (decoded.is_mixed)
    return of_file(fmt::format("the file is not {}", fmt::join(plan.contract.charsets, " nor ")));
  auto document = json::parse(decoded.text);
  if (!document) return document.error();
  file.documents.push_back(std::move(*document));
  const json::Value root = file.documents.back().root();
  std::vector<json::Value> found;
  if (plan.records.expression) {
    fhirpath::Evaluation evaluation(*plan.definitions);
    auto items = plan.records.expression->evaluate(evaluation, {fhirpath::Item{root}});
    if (!items) return items.error();
    for (const fhirpath::Item& item : *items) found.push_back(json::copy(file.arena, item.value));
  } else if (root.is_array()) {
    found.assign(root.items().begin(), root.items().end());
  } else {
    found.push_back(root);
  }
  for (std::size_t i = 0; i < found.size(); ++i)
    file.records.push_back({i + 1, found[i], found[i].is_object() ? std::string{} : "not a JSON object"});
  return {};
}

Result<std::string> write_json_file(const Contract&, json::Value rows) { return json::write(rows); }

}  // namespace handoff::mapping
