#include "rest/operations/terminology_input.h"

#include <fmt/format.h>

#include "core/limits.h"
#include "core/text.h"

namespace handoff::rest {
namespace {

terminology::CodeQuestion of_coding(json::Value coding) {
  return {std::string(coding["system"].text()), std::string(coding["version"].text()),
          std::string(coding["code"].text()), std::string(coding["display"].text())};
}

}  // namespace

Result<std::vector<terminology::CodeQuestion>> codes_in(const OperationInput& input) {
  if (const json::Value coding = input.value("coding")) return std::vector{of_coding(coding)};
  if (const json::Value codings = input.value("codeableConcept")["coding"]) {
    if (codings.items().size() > limits::asked_codings_max)
      return problem(Kind::incorrect,
                     fmt::format("at most {} codings are looked up", limits::asked_codings_max),
                     "http.codeableConcept", "too-costly");
    std::vector<terminology::CodeQuestion> all;
    for (const json::Value coding : codings.items()) all.push_back(of_coding(coding));
    return all;
  }
  if (input.text("code").empty()) return std::vector<terminology::CodeQuestion>{};
  const std::string system = input.text("system");
  return std::vector<terminology::CodeQuestion>{{system.empty() ? input.text("url") : system,
                                                 input.text("version"), input.text("code"),
                                                 input.text("display")}};
}

Result<const terminology::ValueSet*> value_set_in(const terminology::Terminology& terminology,
                                                  const OperationInput& input,
                                                  std::optional<terminology::ValueSet>& posted) {
  if (const json::Value resource = input.value("valueSet")) {
    json::Arena arena;
    const json::Value kept = json::copy(arena, resource);
    auto read = terminology::ValueSet::read(json::Document(std::move(arena), kept));
    if (!read) return read.error();
    posted = std::move(*read);
    return &*posted;
  }
  const std::string url = input.text("url");
  if (url.empty())
    return problem(Kind::incorrect, "name a value set by url, or send one as valueSet", "http.url",
                   "required");
  const std::string version = input.text("valueSetVersion");
  const terminology::ValueSet* const found =
      terminology.find_value_set(version.empty() ? url : url + "|" + version);
  if (!found)
    return problem(Kind::not_found, "the value set " + shown_text(url) + " is not known here", "http.url",
                   "not-found");
  return found;
}

}  // namespace handoff::rest
