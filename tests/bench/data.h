// What the stores of a run hold: persons with their consents and conditions. They are made from a number, so
// that anybody who knows the number knows the record. A condition has 2,048 bytes and about a dozen index
// rows, as in the limit programs.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace handoff::bench {

// Nine of ten resources belong to a person. Each person has one Patient, one Consent and eight Conditions.
constexpr std::size_t resources_of_person = 10;
constexpr std::size_t conditions_of_person = 8;
constexpr std::size_t condition_bytes = 2048;

// In every store, nine of ten persons consent to ORG-WIDE, and ten persons to ORG-FEW.
bool consents_to_wide(std::size_t person);

std::string condition_id(std::size_t person, std::size_t number);
// If `id` is empty, the server gives one. `identifier` is unique.
std::string condition_text(const std::string& id, std::size_t person, const std::string& identifier);
std::string code_of(std::size_t number);  // one of the ten that conditions have in turn

// A store below `folder` with this number of resources, which come in through Admission. It is made once and
// then kept. Throws if it cannot be made.
std::filesystem::path prepared_store(const std::filesystem::path& folder, std::size_t resources);

// The sizes of a store's parts.
struct Sizes {
  std::size_t resources = 0;
  double file_bytes = 0;  // of the database file
  double body_bytes = 0;  // of all resources
  double index_rows = 0;  // of one condition, without patient's twins
};
Sizes sizes_of(const std::filesystem::path& store);

}  // namespace handoff::bench
