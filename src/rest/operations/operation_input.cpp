#include "rest/operations/operation_input.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/number.h"
#include "rest/http/media.h"
#include "rest/interactions/write.h"

namespace handoff::rest {

Result<OperationInput> OperationInput::read(const Operation& operation, const Call& call) {
  OperationInput input;
  for (const auto& [name, value] : call.query)
    if (!is_general(name)) input.parameters_.push_back({name, value, {}});
  if (call.request.method == "POST") {
    auto posted = read_resource(call, "Parameters");
    if (!posted) return posted.error();
    input.document_ = std::move(*posted);
    const json::Value all = input.document_->root()["parameter"];
    for (std::size_t i = 0; i < all.size(); ++i)
      if (auto taken = input.take(all.at(i), i); !taken) return taken.error();
  }
  for (const Parameter& parameter : input.parameters_)
    if (std::find(operation.parameters.begin(), operation.parameters.end(), parameter.name) ==
        operation.parameters.end())
      return problem(Kind::incorrect, "is no parameter that is served for this operation",
                     "http." + shown_text(parameter.name), "not-supported");
  return input;
}

Result<void> OperationInput::take(const json::Value& posted, std::size_t place) {
  const std::string name(posted["name"].text());
  if (name.empty())
    return problem(Kind::incorrect, "a parameter needs a name",
                   fmt::format("Parameters.parameter[{}].name", place), "required");
  if (posted["resource"]) {
    parameters_.push_back({name, {}, posted["resource"]});
    return {};
  }
  for (const json::Member& member : posted.members()) {
    if (!member.key.starts_with("value")) continue;
    const bool is_truth = member.value.is_boolean();
    parameters_.push_back(
        {name, is_truth ? (member.value.truth() ? "true" : "false") : std::string(member.value.text()),
         member.value});
    return {};
  }
  return problem(Kind::incorrect, "a parameter needs a value", fmt::format("Parameters.parameter[{}]", place),
                 "required");
}

const OperationInput::Parameter* OperationInput::find(std::string_view name) const {
  const auto found = std::find_if(parameters_.begin(), parameters_.end(),
                                  [&](const Parameter& one) { return one.name == name; });
  return found == parameters_.end() ? nullptr : &*found;
}

std::string OperationInput::text(std::string_view name) const {
  const Parameter* const found = find(name);
  return found ? found->text : std::string();
}

json::Value OperationInput::value(std::string_view name) const {
  const Parameter* const found = find(name);
  return found && (found->value.is_object()) ? found->value : json::Value{};
}

Result<std::optional<std::size_t>> OperationInput::number(std::string_view name) const {
  const Parameter* const found = find(name);
  if (!found) return std::optional<std::size_t>();
  const auto number = parse_number<std::size_t>(found->text);
  if (!number || *number > INT32_MAX)  // R4's integers have 32 bits
    return problem(Kind::incorrect, "must be a whole number, 0 or more", fmt::format("http.{}", name),
                   "value");
  return number;
}

Result<bool> OperationInput::truth(std::string_view name) const {
  const std::string said = text(name);
  if (!said.empty() && said != "true" && said != "false")
    return problem(Kind::incorrect, "must be true or false", fmt::format("http.{}", name), "value");
  return said == "true";
}

net::Response operation_answer(const Result<std::string>& resource) {
  if (!resource) {
    Problem refused = resource.error();
    // prefix names of parameters; names of elements begin with their type
    for (Issue& issue : refused.issues)
      if (!issue.expression.empty() && std::islower(static_cast<unsigned char>(issue.expression.front())) &&
          !issue.expression.starts_with("http."))
        issue.expression.insert(0, "http.");
    return failure(refused);
  }
  return {200, {{"Content-Type", std::string(fhir_json)}}, *resource};
}

}  // namespace handoff::rest
