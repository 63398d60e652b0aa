#include "disclosure/view_difference.h"

#include <algorithm>
#include <map>

#include "consent/fold.h"
#include "store/grants.h"

namespace handoff::disclosure {
namespace {

// What the class before said of a shape.
struct Before {
  bool is_consent = false;
  bool permits = false;
};

Before before_of(const Audience& audience, std::string_view class_before, const store::Grants& grants, std::uint32_t shape) {
  const std::string text = grants.shape_text(shape).value_or(std::string());
  const auto row = consent::row_of(text);
  if (!row) return {};
  return {row->type == "Consent", consent::decide_folded(audience.recipient, audience.purpose, class_before, text)};
}

}  // namespace

ViewDifference difference_of(const View& view, const store::Snapshot& snapshot, std::string_view patient_id, std::string_view class_before,
                             std::size_t max) {
  ViewDifference difference;
  const std::int64_t patient = snapshot.patient_number(patient_id);
  const store::Grants grants(snapshot);
  std::map<std::uint32_t, Before> known;
  std::vector<std::int64_t> versions;
  bool was_there = false;
  snapshot.has_other(patient, "Patient", [&](std::uint32_t shape, std::int64_t pk) {
    const auto [found, is_new] = known.emplace(shape, Before{});
    if (is_new) found->second = before_of(view.audience(), class_before, grants, shape);
    const Before& before = found->second;
    if (before.is_consent) return false;
    was_there |= before.permits;
    const bool is_there = view.visible(patient, shape, pk);
    difference.lost |= before.permits && !is_there;
    if (!before.permits && is_there && versions.size() < max) versions.push_back(pk);
    return false;
  });
  std::vector<std::string>& gained = difference.gained;
  for (const std::int64_t pk : versions)
    if (const auto version = snapshot.at(pk); version && version->type != "Consent") gained.push_back(version->type + "/" + version->id);
  // The Patient is there where it is permitted and something else is there.
  const auto row = snapshot.find("Patient", patient_id);
  const bool patient_was_there = row && was_there && before_of(view.audience(), class_before, grants, row->shape).permits;
  const bool patient_is_there = view.sees("Patient", patient_id);
  if (patient_is_there && !patient_was_there) gained.push_back("Patient/" + std::string(patient_id));
  difference.lost |= patient_was_there && !patient_is_there;
  std::sort(gained.begin(), gained.end());
  return difference;
}

}  // namespace handoff::disclosure
