// The parameters of a call of an operation (R4 "operations", executing). They come from the target, or from a
// Parameters resource in the body.
#pragma once

#include "json/document.h"
#include "rest/operations/operation.h"

namespace handoff::rest {

class OperationInput {
 public:
  // Parameters that the operation does not declare are refused. Problem: incorrect, unsupported.
  static Result<OperationInput> read(const Operation& operation, const Call& call);

  // The first parameter with this name, as text if it is a primitive. Empty if there is none.
  std::string text(std::string_view name) const;
  json::Value value(std::string_view name) const;  // a complex value or a resource, absent if there is none
  // Problem: incorrect, if the parameter is given and is no number.
  Result<std::optional<std::size_t>> number(std::string_view name) const;
  Result<bool> truth(std::string_view name) const;  // false if it is not given

 private:
  struct Parameter {
    std::string name, text;
    json::Value value;
  };
  Result<void> take(const json::Value& posted, std::size_t place);
  const Parameter* find(std::string_view name) const;

  std::optional<json::Document> document_;
  std::vector<Parameter> parameters_;
};

// The answer with this Parameters or other resource, or the failure.
net::Response operation_answer(const Result<std::string>& resource);

}  // namespace handoff::rest
