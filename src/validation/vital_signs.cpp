#include "validation/vital_signs.h"

#include "validation/conformance.h"

namespace handoff::validation {
namespace {

struct VitalSign {
  std::string_view loinc;
  std::string_view profile;
};

// The magic codes of R4. 85353-1 is the panel; the others are its members.
constexpr VitalSign vital_signs[] = {
    {"85353-1", "vitalspanel"}, {"9279-1", "resprate"},   {"8867-4", "heartrate"},   {"2708-6", "oxygensat"}, {"8310-5", "bodytemp"},
    {"8302-2", "bodyheight"},   {"9843-4", "headcircum"}, {"29463-7", "bodyweight"}, {"39156-5", "bmi"},      {"85354-9", "bp"},
};

}  // namespace

void check_vital_signs(Context& context, const At& observation) {
  for (const json::Value coding : observation.item.value["code"]["coding"].items())
    for (const auto& [loinc, name] : vital_signs) {
      if (coding["system"].text() != "http://loinc.org" || coding["code"].text() != loinc) continue;
      const Profile* profile = context.profiles.find("http://hl7.org/fhir/StructureDefinition/" + std::string(name));
      if (profile) check_profile(context, observation, *profile);
    }
}

}  // namespace handoff::validation
