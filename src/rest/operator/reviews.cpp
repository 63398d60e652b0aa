// /operator/reviews: records that wait for a person to say whose they are. The answers are JSON, no FHIR, for
// operators. To everybody else this path does not exist. The ledger notes what an operator looked at before
// the answer is sent. It notes a decision together with the changes.
#include <fmt/format.h>

#include "core/limits.h"
#include "core/number.h"
#include "core/text.h"
#include "disclosure/custodian_answer.h"
#include "rest/http/interaction.h"
#include "rest/http/media.h"
#include "rest/http/permission.h"
#include "rest/operator/review_desk.h"

namespace handoff::rest {
namespace {

constexpr std::string_view actions[] = {"same", "different", "correct", "split"};

net::Response json_response(std::string json) {
  return {200, {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}}, std::move(json)};
}

Problem absent() {
  return problem(Kind::not_found, "nothing is served at this path", std::string(at_path), "not-supported");
}

std::optional<std::int64_t> number_of(std::string_view text) {
  const auto number = parse_number<std::int64_t>(text);
  return number && *number >= 0 ? number : std::nullopt;
}

// The ledger entry comes first, then the answer. An answer about nobody needs no entry.
Step disclose_answer(const auth::Requester& requester, ReviewDesk::Answer answer) {
  std::sort(answer.patients.begin(), answer.patients.end());
  answer.patients.erase(std::unique(answer.patients.begin(), answer.patients.end()), answer.patients.end());
  return disclose(json_response({}), disclosure::custodian_answer(requester.client_id, "review",
                                                                  answer.patients, std::move(answer.json)));
}

Result<std::string> text_of(json::Value value, std::string_view name) {
  if (!value) return std::string();
  if (!value.is_string()) return problem(Kind::incorrect, "must be a text", std::string(name), "structure");
  if (value.size() > limits::review_text_bytes_max)
    return problem(Kind::incorrect, fmt::format("is longer than {} bytes", limits::review_text_bytes_max),
                   std::string(name), "too-long");
  return std::string(value.text());
}

Result<void> read_fields(json::Value fields, ReviewRuling& ruling) {
  if (!fields) return {};
  if (!fields.is_object())
    return problem(Kind::incorrect, "must be an object of texts", "fields", "structure");
  if (fields.size() > limits::review_fields_max)
    return problem(Kind::incorrect, fmt::format("has more than {} members", limits::review_fields_max),
                   "fields", "too-long");
  for (const json::Member& field : fields.members()) {
    auto text = text_of(field.value, "fields." + shown_text(field.key));
    if (!text) return text.error();
    ruling.fields.emplace_back(field.key, std::move(*text));
  }
  return {};
}

// The body: {"reason"} for every action, {"patient"} for same, {"fields"} for correct. Without a body, the
// decision has no reason.
Result<void> read_ruling(const net::Request& request, ReviewRuling& ruling) {
  if (request.body.empty()) return {};
  if (request.body.size() > limits::review_body_bytes_max)
    return problem(Kind::incorrect,
                   fmt::format("the body is longer than {} bytes", limits::review_body_bytes_max),
                   "http.body", "too-long");
  if (!is_media_type(request.header("Content-Type"), "application/json"))
    return problem(Kind::unsupported, "the body must be application/json", std::string(at_content_type));
  const auto parsed = json::parse(request.body);
  if (!parsed) return parsed.error();
  const json::Value body = parsed->root();
  if (!body.is_object())
    return problem(Kind::incorrect, "the body must be an object", "http.body", "structure");
  for (const json::Member& member : body.members()) {
    const bool fits = member.key == "reason" || (member.key == "patient" && ruling.action == "same") ||
                      (member.key == "fields" && ruling.action == "correct");
    if (!fits)
      return problem(Kind::incorrect, "does not belong to this decision", shown_text(member.key),
                     "structure");
  }
  for (const auto& [name, place] : {std::pair{"reason", &ruling.reason}, {"patient", &ruling.patient}}) {
    auto text = text_of(body[name], name);
    if (!text) return text.error();
    *place = std::move(*text);
  }
  return read_fields(body["fields"], ruling);
}

Result<void> check_decider(const auth::Requester& requester) {
  if (auth::allows(requester.scopes, "Patient", 'u')) return {};
  return problem(Kind::forbidden, "no scope of the token allows to change Patient");
}

}  // namespace

Step list_reviews(const Context& context, Call& call) {
  if (!context.reviews) return absent();
  if (auto allowed = check_reader(call.requester, "Patient"); !allowed) return allowed.error();
  std::string patient;
  std::int64_t after = 0;
  for (const auto& [name, value] : call.query) {
    if (name == "patient") {
      patient = value;
    } else if (const auto number = number_of(value); name == "cursor" && number) {
      after = *number;
    } else {
      return problem(Kind::incorrect, "is no parameter of this list, or its value is not valid",
                     "http." + shown_text(name));
    }
  }
  return disclose_answer(call.requester, context.reviews->list(patient, after));
}

Step show_review(const Context& context, Call& call) {
  const auto id = number_of(call.values[0]);
  if (!context.reviews || !id) return absent();
  if (auto allowed = check_reader(call.requester, "Patient"); !allowed) return allowed.error();
  auto answer = context.reviews->show(*id);
  if (!answer) return answer.error();
  return disclose_answer(call.requester, std::move(*answer));
}

Step decide_review(const Context& context, Call& call) {
  ReviewRuling ruling;
  ruling.id = call.values[0], ruling.action = call.values[1];
  const bool is_action =
      std::find(std::begin(actions), std::end(actions), ruling.action) != std::end(actions);
  if (!context.reviews || !is_action || (ruling.action != "split" && !number_of(ruling.id))) return absent();
  if (auto allowed = check_decider(call.requester); !allowed) return allowed.error();
  ruling.actor = "client " + call.requester.client_id;
  if (auto read = read_ruling(call.request, ruling); !read) return read.error();
  if (ruling.action == "same" && ruling.patient.empty())
    return problem(Kind::incorrect, "must name the Patient that the record belongs to", "patient",
                   "required");
  if (ruling.action == "correct" && ruling.fields.empty())
    return problem(Kind::incorrect, "must give the values to correct", "fields", "required");
  auto answer = context.reviews->decide(ruling);
  if (!answer) return answer.error();
  return disclose_answer(call.requester, std::move(*answer));
}

}  // namespace handoff::rest
