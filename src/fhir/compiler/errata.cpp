#include "fhir/compiler/errata.h"

namespace handoff::fhir::compiler {
namespace {

constexpr std::string_view actions[] = {"keep", "set", "drop", "open"};

}  // namespace

Result<Errata> Errata::read(std::string_view text) {
  auto document = json::parse(text, {.relaxed = true});
  if (!document) return document.error();
  Errata errata;
  errata.document_ = std::move(*document);
  for (const json::Member& section : errata.document_.root().members())
    for (const json::Value entry : section.value.items())
      if (!entry["id"] || entry["reason"].text().empty())
        return problem(Kind::incorrect, "an erratum needs id and reason: " + json::write(entry),
                       std::string(section.key));
  return errata;
}

json::Value Errata::find_exactly(std::string_view section, std::string_view id, std::string_view what) {
  for (const json::Value entry : document_.root()[section].items()) {
    const json::Value answer = entry[what];
    if (!answer || entry["id"].text() != id) continue;
    used_.insert({entry.storage(), what});
    return answer;
  }
  return {};
}

json::Value Errata::find(std::string_view section, std::string_view id, std::string_view what) {
  while (true) {
    if (const json::Value answer = find_exactly(section, id, what)) return answer;
    const auto dot = section == "structures" ? id.rfind('.') : id.npos;
    if (dot == id.npos) return {};
    id = id.substr(0, dot);
  }
}

void Errata::settle(std::string_view section, const Findings& findings, Findings& unsettled) {
  for (const Finding& finding : findings)
    if (!find(section, finding.id, "keep")) unsettled.push_back(finding);
}

void Errata::find_unused(Findings& findings) const {
  for (const json::Member& section : document_.root().members())
    for (const json::Value entry : section.value.items())
      for (const std::string_view action : actions)
        if (entry[action] && !used_.contains({entry.storage(), action}))
          findings.push_back(
              {std::string(entry["id"].text()), "erratum settles nothing: " + std::string(action)});
}

}  // namespace handoff::fhir::compiler
