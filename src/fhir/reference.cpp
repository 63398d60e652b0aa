#include "fhir/reference.h"

#include <algorithm>
#include <vector>

namespace handoff::fhir {
namespace {

using json::Value;

constexpr std::string_view subject_members[] = {"patient", "subject", "beneficiary", "for", "individual"};

bool is_type_name(std::string_view text) {
  return !text.empty() && text.front() >= 'A' && text.front() <= 'Z' &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); });
}

Reference patient_reference(Value reference) {
  Reference local(local_reference(reference["reference"].text()));
  return local.type() == "Patient" ? local : Reference();
}

}  // namespace

bool is_id(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
  });
}

std::string local_reference(std::string_view reference) {
  if (reference.starts_with("urn:")) return {};
  // a fragment, a version, or any other end of a URL
  reference = reference.substr(0, reference.find_first_of("#?|;"));
  while (reference.ends_with('/')) reference.remove_suffix(1);
  if (const auto history = reference.find("/_history/"); history != reference.npos)
    reference = reference.substr(0, history);
  const auto last = reference.rfind('/');
  if (last == reference.npos || last == 0) return {};
  const auto before = reference.rfind('/', last - 1);
  const std::string_view both = before == reference.npos ? reference : reference.substr(before + 1);
  return split_reference(both) ? std::string(both) : std::string();
}

std::optional<ReferenceParts> split_reference(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == text.npos) return std::nullopt;
  const ReferenceParts parts{text.substr(0, slash), text.substr(slash + 1)};
  if (!is_type_name(parts.type) || !is_id(parts.id)) return std::nullopt;
  return parts;
}

Reference patient_of(Value resource) {
  if (resource["resourceType"].text() == "Patient") return {"Patient", resource["id"].text()};
  for (const auto member : subject_members) {
    const Value reference = resource[member];
    // a subject that is no Patient counts as none
    if (reference.is_object()) return patient_reference(reference);
  }
  for (const Value participant : resource["participant"].items())
    if (auto patient = patient_reference(participant["actor"]); !patient.empty()) return patient;
  return {};
}

}  // namespace handoff::fhir
