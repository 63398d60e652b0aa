#include "validation/vital_signs.h"

#include "validation/conformance.h"

namespace handoff::validation {
namespace {

struct VitalSign {
  std::string_view loinc;
  std::string_view profile;
  std::string_view snomed;  // code for the same observation, to which LOINC's must be added; empty: several
};

// The magic codes of R4. 85353-1 is the panel; the others are its members.
constexpr VitalSign vital_signs[] = {
    {"85353-1", "vitalspanel", ""},        {"9279-1", "resprate", "86290005"},
    {"8867-4", "heartrate", "364075005"},  {"2708-6", "oxygensat", "431314004"},
    {"8310-5", "bodytemp", "276885007"},   {"8310-5", "bodytemp", "386725007"},
    {"8302-2", "bodyheight", "50373000"},  {"9843-4", "headcircum", "363812007"},
    {"29463-7", "bodyweight", "27113001"}, {"39156-5", "bmi", "60621009"},
    {"85354-9", "bp", "75367002"},
};

bool is_vital_sign(json::Value observation) {
  for (const json::Value category : observation["category"].items())
    for (const json::Value coding : category["coding"].items())
      if (coding["code"].text() == "vital-signs") return true;
  return false;
}

}  // namespace

void check_vital_signs(Context& context, const At& observation) {
  const bool claims = is_vital_sign(observation.item.value);
  for (const json::Value coding : observation.item.value["code"]["coding"].items())
    for (const auto& [loinc, name, snomed] : vital_signs) {
      const std::string_view system = coding["system"].text(), code = coding["code"].text();
      const bool named = (system == "http://loinc.org" && code == loinc) ||
                         (claims && system == "http://snomed.info/sct" && code == snomed);
      if (!named) continue;
      const Profile* profile =
          context.profiles.find("http://hl7.org/fhir/StructureDefinition/" + std::string(name));
      if (profile) check_profile(context, observation, *profile);
    }
}

}  // namespace handoff::validation
