// The validator for writes in tests: only R4. The program has one, so that what it compiled serves all tests.
#pragma once

#include "json/document.h"
#include "terminology/terminology.h"
#include "validation/validator.h"

namespace handoff::sample {

inline const terminology::Terminology& shared_terminology() {
  static const terminology::Terminology terminology;
  return terminology;
}

inline const validation::Validator& shared_validator() {
  static const validation::Profiles profiles{fhir::Definitions::r4()};
  static const validation::Validator validator{profiles, shared_terminology()};
  return validator;
}

// R4 and one profile: a Patient of a program needs a birth date.
inline constexpr const char* program_patient = "https://example.org/StructureDefinition/program-patient";

inline const validation::Validator& program_validator() {
  static const json::Document profile =
      json::parse(
          R"({"resourceType":"StructureDefinition","url":"https://example.org/StructureDefinition/program-patient",
        "name":"ProgramPatient","kind":"resource","derivation":"constraint","type":"Patient",
        "baseDefinition":"http://hl7.org/fhir/StructureDefinition/Patient",
        "differential":{"element":[{"id":"Patient.birthDate","path":"Patient.birthDate","min":1}]}})")
          .value();
  static const validation::Profiles profiles{
      fhir::Definitions::r4(), [](std::string_view, std::string_view canonical) {
        return canonical == program_patient ? profile.root() : json::Value();
      }};
  static const validation::Validator validator{profiles, shared_terminology()};
  return validator;
}

}  // namespace handoff::sample
