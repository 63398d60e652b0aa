#include "consent/words.h"

#include <algorithm>
#include <string>

namespace handoff::consent {
namespace {

using json::Value;

constexpr std::string_view read_members[] = {"note", "description", "title", "display", "text"};

struct Word {
  std::string_view word;
  Signal signal;
};
constexpr Word table[] = {
    {"HIV", {"HIV"}},
    {"ANTIRETROVIRAL", {"HIV"}},
    {"DOMESTIC VIOLENCE", {"SDV"}},
    {"SEXUAL ASSAULT", {"SDV"}},
    {"RESTRAINING ORDER", {"SDV"}},
    {"JAIL", {"JI"}},
    {"PRISON", {"JI"}},
    {"PAROLE", {"JI"}},
    {"PROBATION", {"JI"}},
    {"INCARCERATED", {"JI"}},
    {"HOUSE OF CORRECTION", {"JI"}},
    {"OPIOID USE DISORDER", {"SUD", true}},
    {"ALCOHOL USE DISORDER", {"SUD", true}},
    {"SUBSTANCE USE DISORDER", {"SUD", true}},
    {"HEROIN", {"SUD", true}},
    {"METHADONE", {"SUD", true}},
    {"BUPRENORPHINE", {"SUD", true}},
    {"SUBOXONE", {"SUD", true}},
    {"NALTREXONE", {"SUD", true}},
    {"DETOX", {"SUD", true}},
    {"OVERDOSE", {"SUD", true}},
};

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'a' && c <= 'z' ? char(c - 32) : c;
  return out;
}

// As a whole word: neither a letter nor a digit beside it. Tags of a narrative part words too.
bool holds_word(const std::string& text, std::string_view word) {
  const auto joins = [&](std::size_t at) {
    return at < text.size() && ((text[at] >= 'A' && text[at] <= 'Z') || (text[at] >= '0' && text[at] <= '9'));
  };
  for (auto at = text.find(word); at != text.npos; at = text.find(word, at + 1))
    if (!(at > 0 && joins(at - 1)) && !joins(at + word.size())) return true;
  return false;
}

void add_signals(std::string_view words, std::vector<Signal>& found) {
  const std::string all = upper(words);
  for (const Word& row : table) {
    const auto is_same = [&](const Signal& signal) { return signal.code == row.signal.code; };
    if (holds_word(all, row.word) && std::none_of(found.begin(), found.end(), is_same)) found.push_back(row.signal);
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
