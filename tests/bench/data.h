// What the stores of a run hold: persons with their consents and conditions, made by number, so that everybody who knows the
// number knows the record. A condition has 2,048 bytes and about a dozen index rows, as in the limit programs.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace handoff::bench {

// Nine resources in ten belong to a person: one Patient, one Consent, eight Conditions each.
constexpr std::size_t resources_of_person = 10;
constexpr std::size_t conditions_of_person = 8;
constexpr std::size_t condition_bytes = 2048;

// Nine persons in ten consent to ORG-WIDE, ten persons to ORG-FEW, in whatever store.
bool consents_to_wide(std::size_t person);

std::string condition_id(std::size_t person, std::size_t number);
// `id` empty: none, the server gives one. `identifier` is unique.
std::string condition_text(const std::string& id, std::size_t person, const std::string& identifier);
std::string code_of(std::size_t number);  // of the ten that conditions have in turn

// A store of so many resources below `folder`, taken in through Admission; made once, then kept. Throws where it cannot be made.
std::filesystem::path prepared_store(const std::filesystem::path& folder, std::size_t resources);

// How much of a store is what.
struct Sizes {
  std::size_t resources = 0;
  double file_bytes = 0;  // of the database file
  double body_bytes = 0;  // of all resources
  double index_rows = 0;  // of one condition, patient's twins apart
};
Sizes sizes_of(const std::filesystem::path& store);

}  // namespace handoff::bench
