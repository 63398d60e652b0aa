#include "validation/answers.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "fhirpath/comparison.h"
#include "validation/bindings.h"

namespace handoff::validation {
namespace {

// Item types of R4 and the types of their answers. The answer to a choice has the type of its options.
struct Kind {
  std::string_view type;
  std::vector<std::string_view> answers;
};
const Kind kinds[] = {
    {"boolean", {"Boolean"}},
    {"decimal", {"Decimal"}},
    {"integer", {"Integer"}},
    {"date", {"Date"}},
    {"dateTime", {"DateTime"}},
    {"time", {"Time"}},
    {"string", {"String"}},
    {"text", {"String"}},
    {"url", {"Uri"}},
    {"attachment", {"Attachment"}},
    {"reference", {"Reference"}},
    {"quantity", {"Quantity"}},
    {"choice", {"Coding", "Integer", "Date", "Time", "String", "Reference"}},
    {"open-choice", {"Coding", "String", "Integer", "Date", "Time", "Reference"}},
};

const Kind* find_kind(std::string_view type) {
  for (const Kind& kind : kinds)
    if (kind.type == type) return &kind;
  return nullptr;
}

json::Value extension(json::Value holder, std::string_view url) {
  for (const json::Value each : holder["extension"].items())
    if (each["url"].text() == url) return each;
  return {};
}

constexpr std::string_view structure = "http://hl7.org/fhir/StructureDefinition/";
constexpr std::string_view sdc = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-";

json::Value core_extension(json::Value question, std::string_view name) {
  return extension(question, std::string(structure) + std::string(name));
}

std::optional<long> integer_of(json::Value extension) {
  const std::string_view text = extension["valueInteger"].text();
  long number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end != text.data() ? std::optional(number) : std::nullopt;
}

void refuse(Context& context, const Path& path, std::string diagnostics) {
  context.findings->add(path, "invariant", std::move(diagnostics));
}

bool is_formal(json::Value quantity) {
  return !quantity["system"].text().empty() && !quantity["code"].text().empty();
}

void check_bound(Context& context, const Path& path, const fhirpath::Item& answer, json::Value bound,
                 fhirpath::Order wrong, std::string_view says) {
  const json::Member limit = value_of(bound);
  if (!limit.value) return;
  if (limit.value.is_object() && !(is_formal(limit.value) && is_formal(answer.value)))
    return refuse(context, path,
                  "This cannot be compared with the form's limit, because one of the two has "
                  "no UCUM unit (system and code).");
  if (fhirpath::order(answer, answer_item(context, limit)) == wrong)
    refuse(context, path, fmt::format("The answer is {} than the form allows.", says));
}

void check_bounds(Context& context, json::Value question, const fhirpath::Item& answer, const Path& path) {
  using fhirpath::Order;
  check_bound(context, path, answer, core_extension(question, "minValue"), Order::less, "less");
  check_bound(context, path, answer, core_extension(question, "maxValue"), Order::greater, "more");
  if (answer.type && answer.type->name == "Quantity") {
    check_bound(context, path, answer, extension(question, std::string(sdc) + "minQuantity"), Order::less,
                "less");
    check_bound(context, path, answer, extension(question, std::string(sdc) + "maxQuantity"), Order::greater,
                "more");
  }
  const std::string_view text = answer.value.text();
  if (const auto places = integer_of(core_extension(question, "maxDecimalPlaces"));
      places && answer.value.is_number())
    if (const auto dot = text.find('.'); dot != text.npos && long(text.size() - dot - 1) > *places)
      refuse(context, path,
             fmt::format("The answer has too many decimal places; at most {} are allowed.", *places));
  if (!answer.value.is_string()) return;
  const auto characters = std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; });
  if (const auto least = integer_of(core_extension(question, "minLength")); least && characters < *least)
    refuse(context, path,
           fmt::format("The answer has {} characters; the form wants {} at least.", characters, *least));
  std::uint64_t most = 0;
  const std::string_view limit = question["maxLength"].text();
  if (std::from_chars(limit.data(), limit.data() + limit.size(), most).ec == std::errc() &&
      std::uint64_t(characters) > most)
    refuse(context, path, fmt::format("The answer has {} characters; the form allows {}.", characters, most));
}

bool is_option(json::Value question, json::Value answer) {
  const auto options = question["answerOption"].items();
  return std::any_of(options.begin(), options.end(),
                     [&](json::Value option) { return is_same_answer(answer, option, "value"); });
}

void check_options(Context& context, json::Value question, json::Value answer, const At& at) {
  const bool is_open = question["type"].text() == "open-choice" && at.item.value.is_string();
  if (is_open) return;
  if (question["answerOption"].size() > 0) {
    if (!is_option(question, answer))
      refuse(context, at.path, "The answer is not one of those that the form offers (answerOption).");
    return;
  }
  const std::string_view value_set = question["answerValueSet"].text();
  if (value_set.empty()) return;
  const fhir::Membership found = membership(context, at, value_set);
  if (found == fhir::Membership::out)
    context.findings->add(at.path, "code-invalid",
                          fmt::format("The answer is not in the form's value set {}.", value_set));
  if (found == fhir::Membership::unknown)
    context.findings->warn(
        at.path, "not-found",
        fmt::format("Whether the answer is in the value set {} could not be checked.", value_set));
}

void check_referred(Context& context, const At& at) {
  if (at.type().name != "Reference") return;
  const std::string_view text = at.item.value["reference"].text();
  const auto scheme = text.find("://");
  if (scheme == text.npos || !text.starts_with("http")) return;
  const auto id = text.rfind('/'), type = id == 0 ? text.npos : text.rfind('/', id - 1);
  if (id == text.npos || type == text.npos || type <= scheme + 2) return;
  const std::string_view name = text.substr(type + 1, id - type - 1);
  if (!name.empty() && name[0] >= 'A' && name[0] <= 'Z' && !context.definitions.find_resource(name))
    refuse(context, at.path,
           fmt::format("The answer refers to {}, which is no resource type of R4.", name.substr(0, 40)));
}

void check_answer(Context& context, json::Value question, json::Value answer, const Path& path) {
  const json::Member value = value_of(answer);
  if (!value.value) return;
  const std::string_view type = value.key.substr(5), kind_name = question["type"].text();
  Path at_value = path.child("value");
  at_value.variant = type;
  if (const Kind* kind = find_kind(kind_name);
      kind && std::find(kind->answers.begin(), kind->answers.end(), type) == kind->answers.end())
    return refuse(context, at_value,
                  fmt::format("The question is of the type {}, and the answer is {}.", kind_name, type));
  const At at{.item = answer_item(context, value), .path = at_value};
  if (!at.item.type) return;
  check_bounds(context, question, at.item, at_value);
  check_options(context, question, answer, at);
  check_referred(context, at);
}

void check_exclusive(Context& context, json::Value question, json::Value answers, const Path& path) {
  if (answers.size() < 2) return;
  for (const json::Value option : question["answerOption"].items()) {
    if (!core_extension(option, "questionnaire-optionExclusive")["valueBoolean"].truth()) continue;
    for (std::size_t i = 0; i < answers.size(); ++i)
      if (is_same_answer(answers.at(i), option, "value"))
        refuse(context, path.child("answer", std::uint32_t(i)),
               "This answer excludes all others, and there are others.");
  }
}

}  // namespace

json::Member value_of(json::Value holder, std::string_view prefix) {
  for (const json::Member& member : holder.members())
    if (member.key.starts_with(prefix) && member.key.size() > prefix.size()) return member;
  return {};
}

fhirpath::Item answer_item(const Context& context, const json::Member& value, std::string_view prefix) {
  std::string name(value.key.substr(prefix.size()));
  const fhir::Type* type = context.definitions.find_type(name);
  if (!type && !name.empty()) {
    name[0] = char(name[0] | 0x20);
    type = context.definitions.find_type(name);
  }
  return fhirpath::typed_item(value.value, type);
}

bool is_same_answer(json::Value answer, json::Value other, std::string_view other_prefix) {
  const json::Member a = value_of(answer), b = value_of(other, other_prefix);
  if (!a.value || !b.value || a.key.substr(5) != b.key.substr(other_prefix.size())) return false;
  if (!a.value.is_object() || a.key != "valueCoding") return json::equal(a.value, b.value);
  return a.value["code"].text() == b.value["code"].text() &&
         a.value["system"].text() == b.value["system"].text();
}

void check_answers(Context& context, json::Value question, json::Value answers, const Path& path) {
  if (answers.size() > 1 && !question["repeats"].truth())
    context.findings->add(path, "structure", "This question may be answered once only.");
  if (const auto most = integer_of(core_extension(question, "questionnaire-maxOccurs"));
      most && long(answers.size()) > *most)
    context.findings->add(
        path, "structure",
        fmt::format("This question has {} answers; the form allows {}.", answers.size(), *most));
  for (std::size_t i = 0; i < answers.size(); ++i)
    check_answer(context, question, answers.at(i), path.child("answer", std::uint32_t(i)));
  check_exclusive(context, question, answers, path);
}

}  // namespace handoff::validation
