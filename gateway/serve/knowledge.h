// What the program knows of FHIR beyond R4 itself: the packages that it was given, with their profiles,
// terminology, forms and search parameters, and the validator that uses them. One object lives as long as the
// program; all threads share it.
#pragma once

#include <filesystem>
#include <memory>
#include <span>

#include "core/result.h"
#include "packages/library.h"
#include "rest/interactions/capability_statement.h"
#include "terminology/terminology.h"
#include "validation/validator.h"

namespace handoff::gateway {

class Knowledge {
 public:
  // Reads the packages, and from the same folders what they depend on ("name-version.tgz"). Reads all of them
  // or none. Problem: incorrect, with the file and the reason.
  static Result<std::unique_ptr<Knowledge>> load(std::span<const std::filesystem::path> packages);
  // Reads a table of codes (terminology::CodeSystem::read_table). Call it before other threads use this
  // object. Problem: as of load.
  Result<void> add_codes(const std::filesystem::path& table);

  const validation::Validator& validator() const { return validator_; }
  const packages::Library& library() const { return library_; }
  const terminology::Terminology& terminology() const { return terminology_; }
  // The packages' search parameters, without duplicates and without numbers. Their texts live as long as this
  // object.
  std::span<const fhir::SearchParameter> search_parameters() const { return search_parameters_; }
  rest::Guides guides() const;

 private:
  Knowledge(packages::Library library, std::vector<fhir::SearchParameter> search_parameters);
  Result<void> read_profiles() const;
  Result<void> add_terminology();  // of the packages, which keep the text

  const packages::Library library_;
  const std::vector<fhir::SearchParameter> search_parameters_;
  const validation::Profiles profiles_;
  terminology::Terminology terminology_;
  const validation::Validator validator_;
};

}  // namespace handoff::gateway
