// Other questions about codes (R4 "terminology-service"). The answers are Parameters resources, as JSON. If
// something is not known, the answer is a Problem (not_found), never a no.
#pragma once

#include <string>

#include "terminology/terminology.h"

namespace handoff::terminology {

// What a Parameters resource or a target says of one code.
struct CodeQuestion {
  std::string system, version, code, display;
};

// R4 "codesystem-operation-lookup". Problem: not_found (system or code).
Result<std::string> lookup(const Terminology& terminology, const CodeQuestion& question);

// R4 "valueset-operation-validate-code": at least one of the `codings` of a CodeableConcept must be in the
// set. Problem: not_found (value set; or nothing known decides), incorrect (no code).
Result<std::string> validate_code(const Terminology& terminology, const ValueSet& value_set,
                                  const std::vector<CodeQuestion>& codings);

// R4 "codesystem-operation-validate-code". Problem: not_found (system), incorrect (no code).
Result<std::string> validate_code(const Terminology& terminology, const std::vector<CodeQuestion>& codings);

// R4 "codesystem-operation-subsumes". Problem: not_found (system, one of the codes), incorrect.
Result<std::string> subsumes(const Terminology& terminology, std::string_view system, std::string_view code_a,
                             std::string_view code_b);

struct TranslationRequest {
  std::string map;             // canonical of one ConceptMap; empty: all whose source and target fit
  std::string source, target;  // canonicals of value sets, empty: any
  std::string target_system;   // empty: any
  bool is_reverse = false;
  std::vector<CodeQuestion> codings;
};

// R4 "conceptmap-operation-translate". Problem: not_found (the map), incorrect (no code).
Result<std::string> translate(const Terminology& terminology, const TranslationRequest& request);

}  // namespace handoff::terminology
