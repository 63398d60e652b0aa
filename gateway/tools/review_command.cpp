#include "tools/review_command.h"

#include <fmt/format.h>

#include "core/number.h"
#include "json/document.h"
#include "net/http.h"
#include "tools/counted.h"
#include "tools/review_access.h"

namespace handoff::gateway {
namespace {

using json::Value;

std::string joined(Value texts) {
  std::string all;
  for (const Value text : texts.items()) all += (all.empty() ? "" : ", ") + std::string(text.text());
  return all;
}

std::string finding_text(Value finding) {
  return fmt::format("{}: the record says {}, known is {}", finding["kind"].text(), finding["says"].text(),
                     joined(finding["known"]));
}

std::string candidates_text(Value candidates) {
  std::string out;
  for (const Value one : candidates.items()) {
    const Value name = one["person"]["name"].at(0);
    out += fmt::format("  Patient/{}", one["patient"].text());
    if (name)
      out += fmt::format("  {}, {}, born {}", name["family"].text(), joined(name["given"]),
                         one["person"]["birthDate"].text());
    out += '\n';
    for (const Value finding : one["against"].items()) out += "    against  " + finding_text(finding) + "\n";
    for (const Value finding : one["for"].items()) out += "    for      " + finding_text(finding) + "\n";
  }
  return out;
}

std::string review_text(Value review) {
  std::string out =
      fmt::format("{}  {}, record {}, {}{}, held {}\n", review["id"].text(), review["feed"].text(),
                  review["record"].text(), review["key"].text(),
                  review["state"].text() == "open" ? "" : fmt::format(" ({})", review["state"].text()),
                  review["held"].text());
  return out + candidates_text(review["candidates"]);
}

std::string list_text(Value root) {
  std::string out;
  for (const Value review : root["reviews"].items()) out += review_text(review);
  return out.empty() ? "no record waits for a review\n" : out;
}

std::string show_text(Value review) {
  std::string out = review_text(review);
  for (const auto& [name, title] : {std::pair{"values", "the record"}, {"corrected", "put right"}})
    if (review[name]) out += fmt::format("  {}: {}\n", title, json::write(review[name]));
  if (review["decided"])
    out += fmt::format("  decided {} by {}: {}\n", review["decided"].text(), review["by"].text(),
                       review["reason"].text());
  return out;
}

std::string decision_text(Value answer) {
  if (answer["state"].text() == "open")
    return fmt::format("review {} stays open, the evidence still contradicts:\n{}", answer["review"].text(),
                       candidates_text(answer["candidates"]));
  std::string also;
  for (const Value id : answer["also"].items())
    also += (also.empty() ? "; this settled " : ", ") + std::string(id.text());
  return fmt::format("review {}: {}, {}{}\n", answer["review"].text(), answer["state"].text(),
                     answer["patient"].text(), also);
}

std::string split_text(Value answer) {
  std::string out =
      fmt::format("{} was {} people: {}\n{} moved\n", answer["patient"].text(), answer["people"].size(),
                  joined(answer["people"]), counted(answer["moved"].size(), "resource"));
  if (answer["unassigned"].size() > 0)
    out += "it is not known whose these are; they stay: " + joined(answer["unassigned"]) + "\n";
  for (const Value one : answer["recipients"].items())
    out += fmt::format("{} got ({}, {}, last {}): {}\n", one["recipient"].text(), one["purpose"].text(),
                       one["channel"].text(), one["last"].text(), joined(one["resources"]));
  if (answer["recipients"].size() == 0) out += "nobody received any of it\n";
  return out;
}

struct Action {
  std::string_view name;
  bool decides;
  std::string (*text)(Value answer);
};
constexpr Action actions[] = {{"list", false, list_text},       {"show", false, show_text},
                              {"same", true, decision_text},    {"different", true, decision_text},
                              {"correct", true, decision_text}, {"split", true, split_text}};

std::string id_of(const std::string& reference) {
  return reference.starts_with("Patient/") ? reference.substr(8) : reference;
}

bool is_number(std::string_view text) { return parse_number<std::int64_t>(text).value_or(-1) >= 0; }

Result<std::string> body_of(const ReviewOptions& options) {
  json::Arena arena;
  std::vector<json::Member> members = {{"reason", arena.string(options.reason)}}, fields;
  if (!options.patient.empty()) members.push_back({"patient", arena.string(options.patient)});
  for (const std::string& field : options.fields) {
    const auto equals = field.find('=');
    if (equals == field.npos || equals == 0)
      return problem(Kind::incorrect, "\"" + field + "\" is not FIELD=VALUE", "FIELD=VALUE");
    fields.push_back({arena.copy(field.substr(0, equals)), arena.string(field.substr(equals + 1))});
  }
  if (!fields.empty()) members.push_back({"fields", arena.object(fields)});
  return json::write(arena.object(members));
}

// Reads all pages of the list into one.
Result<std::string> list_all(ReviewAccess& access) {
  json::Arena arena;
  std::vector<json::Value> reviews;
  for (std::string cursor;;) {
    const auto answer = access.ask(cursor.empty() ? "" : "?cursor=" + cursor, {});
    if (!answer) return answer;
    const auto page = json::parse(*answer);
    if (!page) return page.error();
    for (const json::Value review : page->root()["reviews"].items())
      reviews.push_back(json::copy(arena, review));
    cursor = page->root()["next"].text();
    if (cursor.empty()) break;
  }
  const json::Member members[] = {{"reviews", arena.array(reviews)}};
  return json::write(arena.object(members));
}

Result<std::string> run(const Action& action, const ReviewOptions& options) {
  std::string path, body;
  if (action.name != "list" && action.name != "split" && !is_number(options.id))
    return problem(Kind::incorrect, "\"" + options.id + "\" is not a number", "ID");
  if (action.name != "list") path = "/" + net::percent_encode(id_of(options.id));
  if (action.decides) {
    path += "/" + std::string(action.name);
    auto made = body_of(options);
    if (!made) return made.error();
    body = std::move(*made);
  }
  auto access = ReviewAccess::open(options);
  if (!access) return access.error();
  auto answer = action.name == "list" ? list_all(**access) : (*access)->ask(path, body);
  if (!answer || options.json) return answer;
  const auto parsed = json::parse(*answer);
  if (!parsed) return parsed.error();
  return action.text(parsed->root());
}

}  // namespace

int run_review(const std::string& name, const ReviewOptions& options) {
  for (const Action& action : actions) {
    if (action.name != name) continue;
    const auto answer = run(action, options);
    if (answer) {
      fmt::print("{}{}", *answer, answer->ends_with('\n') ? "" : "\n");
      return 0;
    }
    const Problem refused = answer.error();
    for (const Issue& issue : refused.issues)
      fmt::print(stderr, "handoff review: {}{}{}\n", issue.expression, issue.expression.empty() ? "" : ": ",
                 issue.diagnostics);
    return refused.kind == Kind::incorrect || refused.kind == Kind::not_found ? 2 : 1;
  }
  return 2;
}

}  // namespace handoff::gateway
