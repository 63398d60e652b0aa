#include "intake/evidence.h"

#include "json/document.h"

namespace handoff::intake {
namespace {

using identity::PersonClaim;
using json::Arena;
using json::Member;
using json::Value;

struct Part {
  std::string_view name;
  std::string PersonClaim::*text;
};

constexpr Part parts[] = {{"medicaid", &PersonClaim::medicaid},
                          {"family", &PersonClaim::family},
                          {"given", &PersonClaim::given},
                          {"birthDate", &PersonClaim::birth_date},
                          {"sex", &PersonClaim::sex}};

Value findings(Arena& arena, const std::vector<identity::Finding>& all) {
  std::vector<Value> items;
  for (const identity::Finding& one : all) {
    std::vector<Value> known;
    for (const std::string& value : one.known) known.push_back(arena.string(value));
    const Member members[] = {
        {"kind", arena.string(one.kind)}, {"says", arena.string(one.says)}, {"known", arena.array(known)}};
    items.push_back(arena.object(members));
  }
  return arena.array(items);
}

}  // namespace

Value to_json(Arena& arena, const PersonClaim& claim) {
  std::vector<Value> links;
  for (const identity::Identifier& link : claim.links) {
    const Member members[] = {{"system", arena.string(link.system)}, {"value", arena.string(link.value)}};
    links.push_back(arena.object(members));
  }
  std::vector<Member> members;
  if (!links.empty()) members.push_back({"links", arena.array(links)});
  for (const Part& part : parts)
    if (!(claim.*part.text).empty()) members.push_back({part.name, arena.string(claim.*part.text)});
  return arena.object(members);
}

std::string to_text(const PersonClaim& claim) {
  Arena arena;
  return json::write(to_json(arena, claim));
}

PersonClaim claim_of(std::string_view text) {
  PersonClaim claim;
  const auto parsed = json::parse(text);
  if (!parsed) return claim;
  for (const Value link : parsed->root()["links"].items())
    claim.links.push_back({std::string(link["system"].text()), std::string(link["value"].text())});
  for (const Part& part : parts) claim.*part.text = parsed->root()[part.name].text();
  return claim;
}

Value to_json(Arena& arena, const std::vector<identity::Candidate>& candidates) {
  std::vector<Value> items;
  for (const identity::Candidate& one : candidates) {
    const Member members[] = {{"patient", arena.string(one.id)},
                              {"for", findings(arena, one.speaks_for)},
                              {"against", findings(arena, one.speaks_against)}};
    items.push_back(arena.object(members));
  }
  return arena.array(items);
}

std::string to_text(const std::vector<identity::Candidate>& candidates) {
  Arena arena;
  return json::write(to_json(arena, candidates));
}

std::vector<PersonClaim> claims_of(Value patient) {
  std::vector<PersonClaim> claims;
  const auto add = [&claims](std::string PersonClaim::*part, std::string_view text) {
    if (text.empty()) return;
    claims.emplace_back().*part = text;
  };
  for (const Value identifier : patient["identifier"].items())
    if (identifier["system"].text() == identity::medicaid_system)
      add(&PersonClaim::medicaid, identifier["value"].text());
  add(&PersonClaim::birth_date, patient["birthDate"].text());
  for (const Value name : patient["name"].items()) {
    PersonClaim claim;
    claim.family = name["family"].text();
    claim.given = name["given"].at(0).text();
    claim.sex = patient["gender"].text();
    claims.push_back(std::move(claim));
  }
  return claims;
}

}  // namespace handoff::intake
