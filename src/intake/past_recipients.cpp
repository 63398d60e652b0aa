// Reads from the ledger who received which of the records that were mixed.
#include <algorithm>
#include <map>
#include <set>

#include "core/civil.h"
#include "fhir/reference.h"
#include "intake/split.h"
#include "json/document.h"

namespace handoff::intake {
namespace {

using json::Value;

struct Received {
  Instant first, last;
  std::set<std::string> resources;
};
using Key = std::tuple<std::string, std::string, std::string>;  // recipient, purpose, channel

json::Value texts(json::Arena& arena, const std::set<std::string>& all) {
  std::vector<Value> items;
  for (const std::string& text : all) items.push_back(arena.string(text));
  return arena.array(items);
}

}  // namespace

std::string past_recipients(const std::vector<store::JournaledEntry>& ledger, const fhir::Reference& patient,
                            const std::vector<std::string>& mixed) {
  std::map<Key, Received> recipients;
  for (const store::JournaledEntry& entry : ledger) {
    const auto parsed = json::parse(entry.text);
    if (!parsed || parsed->root()["kind"].text() != "disclosure" ||
        parsed->root()["patient"].text() != patient.text())
      continue;
    const Value sealed = parsed->root();
    std::set<std::string> resources;
    for (const Value resource : sealed["resources"].items())
      if (std::find(mixed.begin(), mixed.end(), fhir::local_reference(resource.text())) != mixed.end())
        resources.emplace(resource.text());
    if (resources.empty()) continue;
    Received& received =
        recipients[{std::string(sealed["recipient"].text()), std::string(sealed["purpose"].at(0).text()),
                    std::string(sealed["channel"].text())}];
    if (received.resources.empty()) received.first = entry.at;
    received.last = entry.at;
    received.resources.merge(resources);
  }
  json::Arena arena;
  std::vector<Value> items;
  for (const auto& [key, received] : recipients) {
    const auto& [recipient, purpose, channel] = key;
    const json::Member members[] = {{"recipient", arena.string(recipient)},
                                    {"purpose", arena.string(purpose)},
                                    {"channel", arena.string(channel)},
                                    {"first", arena.string(format_instant(received.first))},
                                    {"last", arena.string(format_instant(received.last))},
                                    {"resources", texts(arena, received.resources)}};
    items.push_back(arena.object(members));
  }
  return json::write(arena.array(items));
}

}  // namespace handoff::intake
