#include "consent/words.h"

#include <algorithm>
#include <string>

#include "consent/read_text.h"

namespace handoff::consent {
namespace {

using json::Value;

constexpr std::string_view read_members[] = {"note", "description", "title", "display", "text"};

struct Word {
  std::string_view word;  // or several; between blanks, as a text's are (spaced)
  Signal signal;
};
constexpr Word table[] = {
    {" hiv ", {"HIV"}},
    {" antiretroviral ", {"HIV"}},
    {" domestic violence ", {"SDV"}},
    {" sexual assault ", {"SDV"}},
    {" restraining order ", {"SDV"}},
    {" jail ", {"JI"}},
    {" prison ", {"JI"}},
    {" parole ", {"JI"}},
    {" probation ", {"JI"}},
    {" incarcerated ", {"JI"}},
    {" house of correction ", {"JI"}},
    {" opioid use disorder ", {"SUD", true}},
    {" alcohol use disorder ", {"SUD", true}},
    {" substance use disorder ", {"SUD", true}},
    {" heroin ", {"SUD", true}},
    {" methadone ", {"SUD", true}},
    {" buprenorphine ", {"SUD", true}},
    {" suboxone ", {"SUD", true}},
    {" naltrexone ", {"SUD", true}},
    {" detox ", {"SUD", true}},
    {" overdose ", {"SUD", true}},
};

// The words of a text, each between blanks; "jail's" is two.
std::string spaced(std::string_view text) {
  std::string read = lower(as_read(text)), all = " ";
  std::replace(read.begin(), read.end(), '\'', ' ');
  for (const std::string& word : words_of(read)) all.append(word) += ' ';
  return all;
}

void add_signals(std::string_view text, std::vector<Signal>& found) {
  const std::string all = spaced(text);
  for (const Word& row : table) {
    const auto is_same = [&](const Signal& signal) { return signal.code == row.signal.code; };
    if (all.find(row.word) != all.npos && std::none_of(found.begin(), found.end(), is_same)) found.push_back(row.signal);
  }
}

// `read`: below a member that people read. Depth is bounded by the parser's limit.
void collect(Value value, bool read, std::vector<Signal>& found) {
  if (read && value.is_string()) add_signals(value.text(), found);
  for (const json::Member& member : value.members()) {
    if (member.key == "meta" || member.key == "subject") continue;
    const bool named = std::find(std::begin(read_members), std::end(read_members), member.key) != std::end(read_members);
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
