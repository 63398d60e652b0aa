#include "store/grants.h"

#include <set>

#include "store/resources.h"

namespace handoff::store {

std::vector<std::string> shapes_of(const Snapshot& snapshot, PatientNumber patient) {
  std::set<std::uint32_t> numbers;
  const Resources& resources = snapshot.resources();
  resources.has_other(patient, "Patient", [&](std::uint32_t shape, Pk) {
    numbers.insert(shape);
    return false;
  });
  const auto row = resources.find("Patient", resources.patient_id(patient).value_or(fhir::ResourceId()));
  if (row && !row->deleted) numbers.insert(row->shape);
  std::vector<std::string> shapes;
  for (const std::uint32_t number : numbers)
    if (auto text = snapshot.grants().shape_text(number)) shapes.push_back(std::move(*text));
  return shapes;
}

}  // namespace handoff::store
