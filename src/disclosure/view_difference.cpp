#include "disclosure/view_difference.h"

#include <algorithm>

#include "consent/fold.h"
#include "store/grants.h"
#include "store/resources.h"

namespace handoff::disclosure {
namespace {

bool was_written(const store::Snapshot& snapshot, const store::Version& current, Instant then) {
  const auto first =
      current.version == 1 ? std::nullopt : snapshot.resources().vread(current.type, current.id, 1);
  return (first ? first->updated : current.updated) <= then;
}

}  // namespace

ViewDifference difference_of(const RecipientView& before, const RecipientView& now,
                             const store::Snapshot& snapshot, const fhir::ResourceId& patient_id,
                             Instant then, std::size_t max) {
  const store::PatientNumber patient = snapshot.resources().patient_number(patient_id);
  ViewDifference difference;
  std::vector<store::Pk> versions;
  snapshot.resources().has_other(patient, "Patient", [&](std::uint32_t shape, store::Pk pk) {
    const bool was_there = before.visible(patient, shape, pk), is_there = now.visible(patient, shape, pk);
    if (was_there == is_there) return false;
    const auto row = consent::row_of(snapshot.grants().shape_text(shape).value_or(std::string()));
    if (row && row->type == "Consent") return false;
    difference.lost |= was_there;
    if (is_there) versions.push_back(pk);
    return false;
  });
  std::vector<std::string>& gained = difference.gained;
  for (const store::Pk pk : versions) {
    const auto version = gained.size() < max ? snapshot.resources().at(pk) : std::nullopt;
    if (version && version->type != "Consent" && was_written(snapshot, *version, then))
      gained.push_back(version->type + "/" + version->id);
  }
  const bool was_there = before.sees("Patient", patient_id), is_there = now.sees("Patient", patient_id);
  difference.lost |= was_there && !is_there;
  if (is_there && !was_there) gained.push_back("Patient/" + patient_id.text());
  std::sort(gained.begin(), gained.end());
  return difference;
}

}  // namespace handoff::disclosure
