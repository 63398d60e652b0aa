#include "consent/words.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>

#include "consent/read_text.h"
#include "core/text.h"

namespace handoff::consent {
namespace {

using json::Value;

// Strings below these members are read by people: the members that the decision's semantics name, and other
// members with free text in R4.
constexpr std::string_view read_members[] = {
    "note",    "description", "title",         "display",       "text",
    "comment", "conclusion",  "detail",        "mitigation",    "patientInstruction",
    "summary", "valueString", "valueMarkdown", "contentString", "instructions"};

struct Row {
  std::string_view phrase;
  Signal signal;
};
constexpr Row table[] = {
    {"hiv", {"HIV"}},
    {"antiretroviral", {"HIV"}},
    {"domestic violence", {"SDV"}},
    {"sexual assault", {"SDV"}},
    {"restraining order", {"SDV"}},
    {"jail", {"JI"}},
    {"prison", {"JI"}},
    {"parole", {"JI"}},
    {"probation", {"JI"}},
    {"incarcerated", {"JI"}},
    {"house of correction", {"JI"}},
    {"opioid use disorder", {"SUD", true}},
    {"alcohol use disorder", {"SUD", true}},
    {"substance use disorder", {"SUD", true}},
    {"heroin", {"SUD", true}},
    {"methadone", {"SUD", true}},
    {"buprenorphine", {"SUD", true}},
    {"suboxone", {"SUD", true}},
    {"naltrexone", {"SUD", true}},
    {"detox", {"SUD", true}},
    {"overdose", {"SUD", true}},
};

struct Phrase {
  std::vector<std::string_view> words;
  Signal signal;
};
using Phrases = std::array<std::vector<Phrase>, 26>;  // by the first letter

const Phrases& phrases() {
  static const Phrases all = [] {
    Phrases made;
    for (const Row& row : table)
      made[std::size_t(row.phrase.front() - 'a')].push_back({split(row.phrase, ' '), row.signal});
    return made;
  }();
  return all;
}

bool begins(std::span<const std::string_view> words, const Phrase& phrase) {
  return phrase.words.size() <= words.size() &&
         std::equal(phrase.words.begin(), phrase.words.end(), words.begin());
}

void add(const Signal& signal, std::vector<Signal>& found) {
  if (std::none_of(found.begin(), found.end(),
                   [&](const Signal& known) { return known.code == signal.code; }))
    found.push_back(signal);
}

void add_signals(std::string_view text, std::vector<Signal>& found) {
  std::string read = lower(as_read(text));
  std::replace(read.begin(), read.end(), '\'', ' ');  // "jail's" is two words
  const Words words(read);
  for (auto left = words.all(); !left.empty(); left = left.subspan(1)) {
    const char first = left.front().front();
    if (first < 'a' || first > 'z') continue;
    for (const Phrase& phrase : phrases()[std::size_t(first - 'a')])
      if (begins(left, phrase)) add(phrase.signal, found);
  }
}

// `read`: the value is below a member that people read. Depth is bounded by the parser's limit.
void collect(Value value, bool read, std::vector<Signal>& found) {
  if (read && value.is_string()) add_signals(value.text(), found);
  if (const auto attached = attached_text(value)) add_signals(*attached, found);
  for (const json::Member& member : value.members()) {
    if (member.key == "meta" || member.key == "subject") continue;
    const bool named =
        std::find(std::begin(read_members), std::end(read_members), member.key) != std::end(read_members);
    collect(member.value, read || named, found);
  }
  for (const Value item : value.items()) collect(item, read, found);
}

}  // namespace

std::vector<Signal> word_signals(Value resource) {
  std::vector<Signal> found;
  collect(resource, false, found);
  return found;
}

}  // namespace handoff::consent
