#include "consent/arrival.h"

#include <algorithm>
#include <vector>

#include "consent/codes.h"
#include "consent/discloser_marks.h"

namespace handoff::consent {
namespace {

using json::Arena;
using json::Value;

bool is_level(Value coding) { return coding["system"].text() == confidentiality; }
int rank_of(Value coding) { return confidentiality_rank(coding["code"].text()); }
bool same(Value a, Value b) {
  return a["system"].text() == b["system"].text() && a["code"].text() == b["code"].text();
}

Value find(Value security, Value coding) {
  for (const Value each : security.items())
    if (same(each, coding)) return each;
  return {};
}

// The codings in the order in which they are added, each once. The highest confidentiality comes first.
class Gathered {
 public:
  void add(Value coding) {
    if (is_level(coding)) {
      if (rank_of(coding) >= 0 && (!level_ || rank_of(coding) > rank_of(level_))) level_ = coding;
    } else if (std::none_of(codings_.begin(), codings_.end(),
                            [&](Value known) { return same(known, coding); })) {
      codings_.push_back(coding);
    }
  }
  Value list(Arena& arena) {
    if (level_) codings_.insert(codings_.begin(), level_);
    return arena.array(codings_);
  }

 private:
  std::vector<Value> codings_;
  Value level_;
};

int level_of(Value security) {
  int level = -1;
  for (const Value coding : security.items())
    if (is_level(coding)) level = std::max(level, rank_of(coding));
  return level;
}

}  // namespace

Value arrived_labels(Arena& arena, Value incoming, Value shown, Value before) {
  Gathered all;
  for (const Value coding : before.items()) all.add(coding);
  for (const Value coding : shown.items())
    if (!is_level(coding) && is_marked(coding)) all.add(coding);
  const int level = level_of(shown);
  for (const Value coding : incoming.items())
    if (is_level(coding) ? rank_of(coding) > level : !find(shown, coding)) all.add(coding);
  return all.list(arena);
}

Value not_computed(Arena& arena, Value shown, const Labels& computed) {
  const Value made = with_labels(arena, Arena::empty_object(), computed)["meta"]["security"];
  const int level = level_of(made);
  Gathered all;
  for (const Value coding : shown.items())
    if (is_level(coding) ? rank_of(coding) > level : !find(made, coding)) all.add(coding);
  return all.list(arena);
}

Value as_shown(Arena& arena, Value security, Value shown) {
  std::vector<Value> codings;
  for (const Value coding : security.items()) {
    const Value known = find(shown, coding);
    codings.push_back(known ? known : coding);
  }
  const auto all = shown.items();
  const bool is_the_same =
      std::is_permutation(codings.begin(), codings.end(), all.begin(), all.end(), json::equal);
  return is_the_same ? shown : arena.array(codings);
}

}  // namespace handoff::consent
