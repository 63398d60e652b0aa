#include "validation/questionnaire_response.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/text.h"
#include "fhirpath/comparison.h"
#include "validation/answers.h"
#include "validation/references.h"

namespace handoff::validation {
namespace {

// Nested questions that wait for each other. A form that comes with its answers may chain all its questions.
constexpr std::size_t waits_max = 100;
// Of items with questions at one place (2,000 of each), and of answers with conditions.
constexpr std::size_t comparisons_max = 4'000'000;

class Form {
 public:
  Form(Context& context, json::Value questionnaire, json::Value response) : context_(context) {
    collect_questions(questionnaire["item"]);
    collect_answers(response["item"]);
    const std::string_view status = response["status"].text();
    is_complete_ = status == "completed" || status == "amended";
  }

  // `owner`: the response, an item, or an answer.
  void check_items(json::Value owner, json::Value questions, const Path& path) {
    if (context_.findings->full() || path.depth > 200) return;
    const json::Value items = owner["item"];
    if (items.size() * questions.size() > comparisons_max)
      return context_.findings->add(
          path, "too-costly", "The form and the response have too many items at one place to be compared.");
    std::size_t latest = 0;
    std::vector<bool> answered(questions.size());
    for (std::size_t i = 0; i < items.size(); ++i) {
      const Path at = path.child("item", std::uint32_t(i));
      const std::string_view link = items.at(i)["linkId"].text();
      const std::size_t place = find(questions, link);
      if (place == questions.size()) {
        tell_misplaced(at, link);
        continue;
      }
      if (place < latest)
        context_.findings->add(at, "structure",
                               "The items of a response must be in the form's order; this one comes too "
                               "late.");
      latest = std::max(latest, place);
      if (answered[place] && !questions.at(place)["repeats"].truth())
        context_.findings->add(at, "structure", "The form has this item once only.");
      answered[place] = true;
      check_item(items.at(i), questions.at(place), at);
    }
    for (const json::Value question : questions.items()) check_required(items, question, path);
  }

 private:
  static std::size_t find(json::Value questions, std::string_view link) {
    std::size_t place = 0;
    while (place < questions.size() && questions.at(place)["linkId"].text() != link) ++place;
    return place;
  }

  void collect_questions(json::Value questions) {
    for (const json::Value question : questions.items()) {
      questions_.emplace(question["linkId"].text(), question);
      collect_questions(question["item"]);
    }
  }

  void collect_answers(json::Value items) {
    for (const json::Value item : items.items()) {
      for (const json::Value answer : item["answer"].items()) {
        answers_.emplace(item["linkId"].text(), answer);
        collect_answers(answer["item"]);
      }
      collect_answers(item["item"]);
    }
  }

  void tell_misplaced(const Path& path, std::string_view link) {
    if (link.empty()) return;  // structure.cpp reports it
    const std::string shown(link.substr(0, utf8_bytes(link.substr(0, 60))));
    context_.findings->add(path, "not-found",
                           questions_.contains(link) ? fmt::format("The item {} is at another place in the "
                                                                   "form.",
                                                                   shown)
                                                     : fmt::format("The form has no item {}.", shown));
  }

  void check_item(json::Value item, json::Value question, const Path& path) {
    const std::string_view type = question["type"].text();
    const json::Value answers = item["answer"];
    const bool has_answer = answers.size() > 0;
    if (has_answer && (type == "group" || type == "display" || type == "question"))
      return context_.findings->add(path, "structure",
                                    fmt::format("An item of the type {} has no answers.", type));
    if (has_answer && !is_enabled(question))
      context_.findings->add(path, "invariant",
                             "This question is answered, but other answers do not enable it (enableWhen).");
    check_answers(context_, question, answers, path);
    if (type == "group") check_items(item, question["item"], path);
    for (std::size_t i = 0; i < answers.size(); ++i)
      check_items(answers.at(i), question["item"], path.child("answer", std::uint32_t(i)));
  }

  static bool is_answered(json::Value item) {
    if (item["answer"].size() > 0) return true;
    const auto below = item["item"].items();
    return std::any_of(below.begin(), below.end(), is_answered);
  }

  void check_required(json::Value items, json::Value question, const Path& path) {
    if (!question["required"].truth() || question["type"].text() == "display" || !is_enabled(question))
      return;
    for (const json::Value item : items.items())
      if (item["linkId"].text() == question["linkId"].text() && is_answered(item)) return;
    std::string says = fmt::format("The question {} must be answered.", question["linkId"].text());
    if (is_complete_) context_.findings->add(path, "required", std::move(says));
    else context_.findings->inform(path, "incomplete", std::move(says));
  }

  // Decides once for each question. A question that waits for itself, or for too many others, counts as
  // enabled.
  bool is_enabled(json::Value question) {
    const json::Value conditions = question["enableWhen"];
    if (conditions.size() == 0 || waits_ == waits_max) return true;
    const auto [place, is_new] = enabled_.try_emplace(conditions.storage(), true);
    if (!is_new) return place->second;
    const bool any = question["enableBehavior"].text() == "any";
    const auto all = conditions.items();
    const auto holds = [&](json::Value condition) { return is_met(condition); };
    ++waits_;
    const bool result =
        any ? std::any_of(all.begin(), all.end(), holds) : std::all_of(all.begin(), all.end(), holds);
    --waits_;
    return enabled_[conditions.storage()] = result;
  }

  bool is_met(json::Value condition) {
    const std::string_view link = condition["question"].text(), code = condition["operator"].text();
    const auto question = questions_.find(link);
    const bool is_open = question == questions_.end() || is_enabled(question->second);
    const auto [first, last] = answers_.equal_range(link);
    if (code == "exists") return (first != last && is_open) == condition["answerBoolean"].truth();
    if (!is_open) return false;
    // Thousands of conditions may be compared with thousands of answers. Beyond the limit a condition counts
    // as met.
    return std::any_of(first, last, [&](const auto& entry) {
      return ++compared_ > comparisons_max || compares(entry.second, code, condition);
    });
  }

  bool compares(json::Value answer, std::string_view code, json::Value condition) {
    if (code == "=") return is_same_answer(answer, condition, "answer");
    if (code == "!=") return !is_same_answer(answer, condition, "answer");
    using fhirpath::Order;
    const Order order = fhirpath::order(answer_item(context_, value_of(answer)),
                                        answer_item(context_, value_of(condition, "answer"), "answer"));
    if (code == ">") return order == Order::greater;
    if (code == "<") return order == Order::less;
    if (code == ">=") return order == Order::greater || order == Order::same;
    return code == "<=" && (order == Order::less || order == Order::same);
  }

  Context& context_;
  bool is_complete_ = false;
  std::map<std::string_view, json::Value> questions_;
  std::map<const void*, bool> enabled_;  // by the conditions
  std::size_t waits_ = 0;                // questions that are being decided
  std::size_t compared_ = 0;             // answers compared with conditions
  std::multimap<std::string_view, json::Value> answers_;
};

}  // namespace

void check_questionnaire_response(Context& context, const At& response) {
  const std::string_view canonical = response.item.value["questionnaire"].text();
  if (canonical.empty()) return;
  const json::Value questionnaire = canonical.starts_with('#')
                                        ? resolve(context, canonical)
                                        : context.profiles.find_definition("Questionnaire", canonical);
  if (!questionnaire)
    return context.findings->warn(
        response.path.child("questionnaire"), "not-found",
        fmt::format("The form {} is not known here, so the answers were not checked.",
                    canonical.substr(0, utf8_bytes(canonical.substr(0, 120)))));
  Form form(context, questionnaire, response.item.value);
  form.check_items(response.item.value, questionnaire["item"], response.path);
}

}  // namespace handoff::validation
