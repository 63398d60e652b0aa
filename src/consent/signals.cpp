#include "consent/signals.h"

#include <algorithm>

#include "consent/codes.h"

namespace handoff::consent {
namespace {

constexpr std::string_view icd_systems[] = {"http://hl7.org/fhir/sid/icd-10-cm", "urn:oid:2.16.840.1.113883.6.90"};
constexpr std::string_view rxnorm = "http://www.nlm.nih.gov/research/umls/rxnorm";

// By prefix, without dots; a range holds what its first three characters fall between. The first that fits decides.
struct IcdRow {
  std::string_view first;
  std::string_view last;  // empty: `first` alone
  Signal signal;
};

constexpr IcdRow icd[] = {
    {"F10", "", {"ETHUD"}},      {"O9931", "", {"ETHUD"}},      {"Z7141", "", {"ETHUD"}},   {"F11", "", {"OPIOIDUD"}},
    {"F12", "F16", {"SUD"}},     {"F18", "F19", {"SUD"}},       {"O9932", "", {"SUD"}},     {"Z7151", "", {"SUD"}},
    {"T401", "", {"SUD"}},       {"T405", "", {"SUD"}},         {"F64", "", {"GDIS"}},      {"F20", "F63", {"PSY"}},
    {"F65", "F69", {"PSY"}},     {"F90", "F99", {"PSY"}},       {"F70", "F79", {"DVD"}},    {"F84", "", {"DVD"}},
    {"R45851", "", {"MH"}},      {"T1491", "", {"MH"}},         {"B20", "", {"HIV"}},       {"Z21", "", {"HIV"}},
    {"R75", "", {"HIV"}},        {"O987", "", {"HIV"}},         {"B9735", "", {"HIV"}},     {"T74", "", {"SDV"}},
    {"T76", "", {"SDV"}},        {"Y07", "", {"SDV"}},          {"Z69", "", {"SDV"}},       {"X92", "X99", {"VIO"}},
    {"Y00", "Y04", {"VIO"}},     {"Y08", "Y09", {"VIO"}},       {"A50", "A64", {"STD"}},    {"Z651", "", {"JI"}},
    {"Z652", "", {"JI"}},        {"Z653", "", {"JI"}},          {"Y9214", "", {"JI"}},      {"T40", "", {"SUD", true}},
    {"T507", "", {"SUD", true}}, {"Z79891", "", {"SUD", true}}, {"R78", "", {"SUD", true}}, {"Z206", "", {"HIV", true}},
};

struct RxNormRow {
  std::string_view code;
  Signal signal;
};

// Ingredients, and the products that the exchange's plans name.
constexpr RxNormRow rxnorm_rows[] = {
    {"3554", {"ETHUD"}},
    {"82819", {"ETHUD"}},
    {"6813", {"OPIOIDUD", true}},
    {"1819", {"OPIOIDUD", true}},
    {"1010600", {"OPIOIDUD", true}},
    {"7243", {"SUD", true}},
    {"1551468", {"SUD", true}},
    {"7242", {"SUD", true}},
};

constexpr OwnCode own[] = {
    {"note-type", "sud-counseling-note", "SUDNOTE", "SUD"},
    {"note-type", "psychotherapy-note", "PSYTHPN", "MH"},
    {"careplan-category", "crisis-plan", "SAFETYPLAN"},
    {"program", "BH-JI", "JI"},
    {"program", "CSP-JI", "JI"},
    {"program", "OTP", "OPIOIDUD"},
    {"observation", "incarceration-status", "JI"},
    {"observation", "criminal-history", "CORI"},
};

std::string normal(std::string_view code) {
  std::string out;
  for (const char c : code)
    if (c != '.') out += c >= 'a' && c <= 'z' ? char(c - 32) : c;
  return out;
}

bool fits(const IcdRow& row, const std::string& code) {
  if (row.last.empty()) return code.starts_with(row.first);
  const std::string_view head = std::string_view(code).substr(0, 3);
  return row.first <= head && head <= row.last;
}

Signal icd_signal(std::string_view code) {
  const std::string plain = normal(code);
  const auto* row = std::find_if(std::begin(icd), std::end(icd), [&](const IcdRow& r) { return fits(r, plain); });
  return row == std::end(icd) ? Signal{} : row->signal;
}

Signal rxnorm_signal(std::string_view code) {
  const auto* row = std::find_if(std::begin(rxnorm_rows), std::end(rxnorm_rows), [&](const RxNormRow& r) { return r.code == code; });
  return row == std::end(rxnorm_rows) ? Signal{} : row->signal;
}

}  // namespace

Signal signal_of(std::string_view system, std::string_view code) {
  if (std::find(std::begin(icd_systems), std::end(icd_systems), system) != std::end(icd_systems)) return icd_signal(code);
  return system == rxnorm ? rxnorm_signal(code) : Signal{};
}

const OwnCode* own_code(std::string_view system, std::string_view code) {
  if (!system.starts_with(our_systems)) return nullptr;
  const std::string_view name = system.substr(our_systems.size());
  const auto* row = std::find_if(std::begin(own), std::end(own), [&](const OwnCode& c) { return c.name == name && c.code == code; });
  return row == std::end(own) ? nullptr : row;
}

std::string_view family_of(std::string_view sensitivity) {
  if (sensitivity_covers("SUD", sensitivity)) return "SUD";
  for (const std::string_view family : {"MH", "HIV", "SDV", "JI"})
    if (family == sensitivity) return family;
  return {};
}

}  // namespace handoff::consent
