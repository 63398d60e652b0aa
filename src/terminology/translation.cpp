// $translate: what a concept map makes of a code.
#include <fmt/format.h>

#include <algorithm>

#include "core/text.h"
#include "terminology/answer.h"
#include "terminology/questions.h"

namespace handoff::terminology {
namespace {

using json::Value;

std::string_view text_of(Value map, std::string_view choice) {
  const Value canonical = map[std::string(choice) + "Canonical"];
  return canonical ? canonical.text() : map[std::string(choice) + "Uri"].text();
}

bool fits(std::string_view wanted, std::string_view given) {
  return wanted.empty() || split_canonical(wanted).url == split_canonical(given).url;
}

struct Match {
  std::string_view equivalence, map;
  std::string_view system, code, display;
};

// If a map is read backwards, wider becomes narrower.
std::string_view reversed(std::string_view equivalence) {
  constexpr std::pair<std::string_view, std::string_view> pairs[] = {
      {"wider", "narrower"}, {"narrower", "wider"}, {"subsumes", "specializes"}, {"specializes", "subsumes"}};
  for (const auto& [one, other] : pairs)
    if (one == equivalence) return other;
  return equivalence;
}

class Translation {
 public:
  Translation(const TranslationRequest& request) : request_(request) {}

  void read(Value map) {
    for (const Value group : map["group"].items()) {
      const Value from = group[request_.is_reverse ? "target" : "source"],
                  to = group[request_.is_reverse ? "source" : "target"];
      if (!fits(request_.target_system, to.text())) continue;
      bool is_mapped = false;
      for (const Value element : group["element"].items())
        for (const Value target : element["target"].items())
          is_mapped |= take(map, from, to, element, target);
      if (!is_mapped && !request_.is_reverse) take_unmapped(map, from, to, group["unmapped"]);
    }
  }
  const std::vector<Match>& matches() const { return matches_; }

 private:
  bool is_asked(std::string_view system, std::string_view code) const {
    return std::any_of(request_.codings.begin(), request_.codings.end(), [&](const CodeQuestion& coding) {
      return coding.code == code && (coding.system.empty() || system.empty() || coding.system == system);
    });
  }
  bool take(Value map, Value from, Value to, Value element, Value target) {
    const Value asked = request_.is_reverse ? target : element,
                given = request_.is_reverse ? element : target;
    if (!is_asked(from.text(), asked["code"].text())) return false;
    const std::string_view equivalence = target["equivalence"].text();
    matches_.push_back({request_.is_reverse ? reversed(equivalence) : equivalence, map["url"].text(),
                        to.text(), given["code"].text(), given["display"].text()});
    return true;
  }
  void take_unmapped(Value map, Value from, Value to, Value unmapped) {
    const std::string_view mode = unmapped["mode"].text();
    for (const CodeQuestion& coding : request_.codings) {
      if (!coding.system.empty() && coding.system != from.text()) continue;
      if (mode == "provided")
        matches_.push_back({"equivalent", map["url"].text(), to.text(), coding.code, {}});
      if (mode == "fixed")
        matches_.push_back(
            {"inexact", map["url"].text(), to.text(), unmapped["code"].text(), unmapped["display"].text()});
    }
  }

  const TranslationRequest& request_;
  std::vector<Match> matches_;
};

bool is_no_match(const Match& match) {
  return match.equivalence == "unmatched" || match.equivalence == "disjoint" || match.code.empty();
}

std::string answer_of(const std::vector<Match>& matches) {
  const bool any =
      std::any_of(matches.begin(), matches.end(), [](const Match& match) { return !is_no_match(match); });
  Answer answer;
  answer.truth("result", any);
  if (!any) answer.text("message", "no concept map that is known here translates it");
  for (const Match& match : matches) {
    std::vector<Value> parts{
        answer.part("equivalence", "valueCode", answer.arena().string(match.equivalence))};
    if (!match.code.empty()) {
      std::vector<json::Member> coding{{"system", answer.arena().string(match.system)},
                                       {"code", answer.arena().string(match.code)}};
      if (!match.display.empty()) coding.push_back({"display", answer.arena().string(match.display)});
      parts.push_back(answer.part("concept", "valueCoding", answer.arena().object(coding)));
    }
    parts.push_back(answer.part("source", "valueUri", answer.arena().string(match.map)));
    answer.parts("match", std::move(parts));
  }
  return answer.to_json();
}

}  // namespace

Result<std::string> translate(const Terminology& terminology, const TranslationRequest& request) {
  if (request.codings.empty() || request.codings.front().code.empty())
    return problem(Kind::incorrect, "a code is needed", "code", "required");
  Translation translation(request);
  bool is_known = request.map.empty();
  for (const json::Document* const map : terminology.concept_maps()) {
    const Value root = map->root();
    if (!fits(request.map, root["url"].text())) continue;
    is_known = true;
    const std::string_view from = request.is_reverse ? "target" : "source",
                           to = request.is_reverse ? "source" : "target";
    if (!request.map.empty() ||
        (fits(request.source, text_of(root, from)) && fits(request.target, text_of(root, to))))
      translation.read(root);
  }
  if (!is_known)
    return problem(Kind::not_found, "the concept map " + shown_text(request.map) + " is not known here",
                   "url", "not-found");
  return answer_of(translation.matches());
}

}  // namespace handoff::terminology
