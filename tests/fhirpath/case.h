// An expression and its result, as text.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "core/civil.h"
#include "fhirpath/expression.h"
#include "json/document.h"

namespace handoff::fhirpath {

struct Case {
  std::string expression;
  std::string result;  // texts joined by "|"; for an error, "!" and a part of the message
};

inline std::string evaluated(const std::string& text, const CompileOptions& options,
                             const Collection& focus) {
  const auto expression = Expression::compile(text, options);
  if (!expression) return "!" + expression.error().summary();
  Evaluation evaluation;
  evaluation.set_now(span_of("2026-06-30T12:00:00-04:00")->first);
  const auto result = expression->evaluate(evaluation, focus);
  if (!result) return "!" + result.error().summary();
  std::string joined;
  for (const Item& item : *result)
    joined +=
        (joined.empty() ? "" : "|") + (item.value.is_object() ? json::write(item.value) : to_text(item));
  return joined;
}

inline void check(const Case& c, const CompileOptions& options, const Collection& focus) {
  const std::string found = evaluated(c.expression, options, focus);
  if (c.result.starts_with("!")) {
    EXPECT_TRUE(found.starts_with("!") && found.find(c.result.substr(1)) != std::string::npos)
        << c.expression << " gave " << found;
  } else {
    EXPECT_EQ(found, c.result) << c.expression;
  }
}

}  // namespace handoff::fhirpath
