#include "consent/signals.h"

#include <algorithm>
#include <span>

#include "consent/codes.h"

namespace handoff::consent {
namespace {

constexpr std::string_view icd_10_cm = "http://hl7.org/fhir/sid/icd-10-cm";
constexpr std::string_view icd_10 = "http://hl7.org/fhir/sid/icd-10";
constexpr std::string_view icd_9_cm = "http://hl7.org/fhir/sid/icd-9-cm";
constexpr std::string_view snomed = "http://snomed.info/sct";
constexpr std::string_view loinc = "http://loinc.org";
constexpr std::string_view rxnorm = "http://www.nlm.nih.gov/research/umls/rxnorm";
constexpr std::string_view hcpcs = "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets";

struct OtherName {
  std::string_view name, system;
};
constexpr OtherName other_names[] = {
    {"urn:oid:2.16.840.1.113883.6.90", icd_10_cm},  {"urn:oid:2.16.840.1.113883.6.3", icd_10},
    {"urn:oid:2.16.840.1.113883.6.96", snomed},     {"urn:oid:2.16.840.1.113883.6.1", loinc},
    {"urn:oid:2.16.840.1.113883.6.88", rxnorm},     {"urn:oid:2.16.840.1.113883.6.285", hcpcs},
    {"urn:oid:2.16.840.1.113883.6.344", icd_10_cm},  // DSM-5 uses the codes of ICD-10-CM
    {"urn:oid:2.16.840.1.113883.6.103", icd_9_cm},
};

// Codes match by prefix, without dots. A range matches by the first three characters. The first row that fits
// decides.
struct IcdRow {
  std::string_view first;
  std::string_view last;  // empty: `first` alone
  Signal signal;
};

constexpr IcdRow icd[] = {
    {"F10", "", {"ETHUD"}},      {"O9931", "", {"ETHUD"}},      {"Z7141", "", {"ETHUD"}},
    {"F11", "", {"OPIOIDUD"}},   {"F12", "F16", {"SUD"}},       {"F18", "F19", {"SUD"}},
    {"O9932", "", {"SUD"}},      {"Z7151", "", {"SUD"}},        {"T401", "", {"SUD"}},
    {"T405", "", {"SUD"}},       {"F64", "", {"GDIS"}},         {"F20", "F63", {"PSY"}},
    {"F65", "F69", {"PSY"}},     {"F90", "F99", {"PSY"}},       {"F70", "F79", {"DVD"}},
    {"F84", "", {"DVD"}},        {"R45851", "", {"MH"}},        {"T1491", "", {"MH"}},
    {"B20", "B24", {"HIV"}},     {"Z21", "", {"HIV"}},          {"R75", "", {"HIV"}},
    {"O987", "", {"HIV"}},       {"B9735", "", {"HIV"}},        {"T74", "", {"SDV"}},
    {"T76", "", {"SDV"}},        {"Y07", "", {"SDV"}},          {"Z69", "", {"SDV"}},
    {"X92", "X99", {"VIO"}},     {"Y00", "Y04", {"VIO"}},       {"Y08", "Y09", {"VIO"}},
    {"A50", "A64", {"STD"}},     {"Z651", "", {"JI"}},          {"Z652", "", {"JI"}},
    {"Z653", "", {"JI"}},        {"Y9214", "", {"JI"}},         {"T40", "", {"SUD", true}},
    {"T507", "", {"SUD", true}}, {"Z79891", "", {"SUD", true}}, {"R78", "", {"SUD", true}},
    {"Z206", "", {"HIV", true}},
};

// Codes of the years before 2015, without dots. The first row that fits decides. 305.1 is tobacco.
constexpr IcdRow icd_9[] = {
    {"3051", "", {}},           {"291", "", {"ETHUD"}},     {"303", "", {"ETHUD"}},
    {"3050", "", {"ETHUD"}},    {"3040", "", {"OPIOIDUD"}}, {"3047", "", {"OPIOIDUD"}},
    {"3055", "", {"OPIOIDUD"}}, {"292", "", {"SUD"}},       {"304", "305", {"SUD"}},
    {"290", "319", {"PSY"}},    {"042", "", {"HIV"}},       {"V08", "", {"HIV"}},
    {"07953", "", {"HIV"}},     {"9958", "", {"SDV"}},      {"9955", "", {"SDV"}},
};

struct CodeRow {
  std::string_view system;
  std::string_view first;
  std::string_view last;  // empty: `first` alone
  Signal signal;
};

// RxNorm rows are ingredients and the products that the exchange's plans name.
constexpr CodeRow codes[] = {
    {rxnorm, "3554", "", {"ETHUD"}},
    {rxnorm, "82819", "", {"ETHUD"}},
    {rxnorm, "6813", "", {"OPIOIDUD", true}},
    {rxnorm, "1819", "", {"OPIOIDUD", true}},
    {rxnorm, "1010600", "", {"OPIOIDUD", true}},
    {rxnorm, "7243", "", {"SUD", true}},
    {rxnorm, "1551468", "", {"SUD", true}},
    {rxnorm, "7242", "", {"SUD", true}},
    {snomed, "7200002", "", {"ETHUD"}},
    {snomed, "15167005", "", {"ETHUD"}},
    {snomed, "75544000", "", {"OPIOIDUD"}},
    {snomed, "5602001", "", {"OPIOIDUD"}},
    {snomed, "66214007", "", {"SUD"}},
    {snomed, "191816009", "", {"SUD"}},
    {snomed, "35489007", "", {"PSY"}},
    {snomed, "370143000", "", {"PSY"}},
    {snomed, "13746004", "", {"PSY"}},
    {snomed, "58214004", "", {"PSY"}},
    {snomed, "47505003", "", {"PSY"}},
    {snomed, "197480006", "", {"PSY"}},
    {snomed, "86406008", "", {"HIV"}},
    {snomed, "62479008", "", {"HIV"}},
    {loinc, "72109-2", "", {"ETHUD"}},
    {loinc, "75626-2", "", {"ETHUD"}},
    {loinc, "82666-9", "", {"SUD"}},
    {loinc, "82667-7", "", {"SUD"}},
    {loinc, "44249-1", "", {"MH"}},
    {loinc, "44261-6", "", {"MH"}},
    {loinc, "93373-9", "", {"MH"}},
    {loinc, "7917-8", "", {"HIV"}},
    {loinc, "20447-9", "", {"HIV"}},
    {loinc, "75622-1", "", {"HIV"}},
    {loinc, "74013-4", "", {"ETHUD", true}},
    {loinc, "3879-4", "", {"SUD", true}},
    {loinc, "19295-5", "", {"SUD", true}},
    {loinc, "24467-3", "", {"HIV", true}},
    {hcpcs, "H0001", "", {"SUD"}},
    {hcpcs, "H0005", "H0016", {"SUD"}},
    {hcpcs, "H0020", "", {"OPIOIDUD"}},
    {hcpcs, "H0022", "", {"SUD"}},
    {hcpcs, "H2034", "H2036", {"SUD"}},
    {hcpcs, "T1006", "T1012", {"SUD"}},
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

std::string upper(std::string_view code) {
  std::string out(code);
  for (char& c : out) c = c >= 'a' && c <= 'z' ? char(c - 32) : c;
  return out;
}

bool fits(const IcdRow& row, const std::string& code) {
  if (row.last.empty()) return code.starts_with(row.first);
  const std::string_view head = std::string_view(code).substr(0, 3);
  return row.first <= head && head <= row.last;
}

Signal icd_signal(std::span<const IcdRow> rows, std::string_view code) {
  std::string plain = upper(code);
  std::erase(plain, '.');
  const auto row = std::find_if(rows.begin(), rows.end(), [&](const IcdRow& r) { return fits(r, plain); });
  return row == rows.end() ? Signal{} : row->signal;
}

bool fits(const CodeRow& row, std::string_view system, const std::string& code) {
  if (row.system != system) return false;
  return row.last.empty() ? row.first == code
                          : row.first <= code && code <= row.last && code.size() == row.first.size();
}

}  // namespace

std::string code_system(std::string_view system) {
  if (system.starts_with(our_systems)) return std::string(system.substr(0, system.find_first_of("|#")));
  std::string plain = upper(system.substr(0, system.find_first_of("|#")));
  for (const std::string_view prefix : {"HTTPS://", "HTTP://"})
    if (plain.starts_with(prefix)) plain.erase(0, prefix.size());
  if (plain.starts_with("WWW.")) plain.erase(0, 4);
  for (const auto& [name, known] : other_names)
    if (upper(name) == plain) return std::string(known);
  for (const std::string_view known : {icd_10_cm, icd_10, icd_9_cm, snomed, loinc, rxnorm, hcpcs}) {
    std::string bare = upper(known.substr(std::string_view("http://").size()));
    if (bare.starts_with("WWW.")) bare.erase(0, 4);
    if (plain.starts_with(bare) && (plain.size() == bare.size() || plain[bare.size()] == '/'))
      return std::string(known);
  }
  return std::string(system);
}

Signal signal_of(std::string_view system, std::string_view code) {
  if (system == icd_10_cm || system == icd_10) return icd_signal(icd, code);
  if (system == icd_9_cm) return icd_signal(icd_9, code);
  const std::string plain = upper(code);
  const auto* row = std::find_if(std::begin(codes), std::end(codes),
                                 [&](const CodeRow& r) { return fits(r, system, plain); });
  return row == std::end(codes) ? Signal{} : row->signal;
}

const OwnCode* own_code(std::string_view system, std::string_view code) {
  if (!system.starts_with(our_systems)) return nullptr;
  const std::string_view name = system.substr(our_systems.size());
  const auto* row = std::find_if(std::begin(own), std::end(own),
                                 [&](const OwnCode& c) { return c.name == name && c.code == code; });
  return row == std::end(own) ? nullptr : row;
}

std::string_view family_of(std::string_view sensitivity) {
  if (sensitivity_covers("SUD", sensitivity)) return "SUD";
  for (const std::string_view family : {"MH", "HIV", "SDV", "JI"})
    if (family == sensitivity) return family;
  return {};
}

}  // namespace handoff::consent
