#include "fhir/definitions.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "core/hash.h"
#include "fhir/definitions_format.h"

namespace handoff::fhir {
namespace {

std::string bytes() {
  std::ifstream file(HANDOFF_BINARY_DIR "/definitions.bin", std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Makes the checksum right again, so that damage reaches the reader itself.
void seal(std::string& text) {
  text.resize(text.size() - format::checksum_bytes);
  const std::uint64_t hash = hash64(text);
  for (int shift = 0; shift < 64; shift += 8) text.push_back(char(hash >> shift));
}

std::vector<std::string> names(const Element& element) {
  std::vector<std::string> all;
  for (const TypeChoice& choice : element.types) all.emplace_back(choice.type->name);
  return all;
}

using Names = std::vector<std::string>;

TEST(Definitions, HaveEveryTypeOfR4) {
  const Definitions& r4 = Definitions::r4();
  EXPECT_EQ(r4.version(), "4.0.1");
  EXPECT_EQ(r4.resources().size(),
            146u);  // the 148 names of R4's resource-types without the two abstract ones
  for (const char* name : {"Resource", "DomainResource", "Element", "BackboneElement"}) {
    ASSERT_TRUE(r4.find_type(name)) << name;
    EXPECT_TRUE(r4.find_type(name)->is_abstract) << name;
    EXPECT_FALSE(r4.find_resource(name)) << name;
  }
  for (const char* name : {"SubscriptionStatus", "HumanName.use", "patient", "", "MetadataResource"})
    EXPECT_FALSE(r4.find_type(name)) << name;
  std::size_t names_listed = 0;
  for (const Code& code : r4.find_value_set("http://hl7.org/fhir/ValueSet/resource-types|4.0.1")->codes) {
    EXPECT_TRUE(r4.find_type(code.code)) << code.code;
    ++names_listed;
  }
  EXPECT_EQ(names_listed, 148u);
}

TEST(Definitions, KnowElementsByNameAndByMember) {
  const Definitions& r4 = Definitions::r4();
  const Type& patient = *r4.find_resource("Patient");
  EXPECT_EQ(patient.base->name, "DomainResource");
  EXPECT_TRUE(patient.is_a(*r4.find_type("Resource")));
  EXPECT_FALSE(r4.find_type("Resource")->is_a(patient));
  const Element& deceased = *patient.find("deceased");
  EXPECT_TRUE(deceased.is_choice);
  EXPECT_TRUE(deceased.is_modifier);
  EXPECT_EQ(names(deceased), (Names{"boolean", "dateTime"}));
  EXPECT_EQ(patient.find_json("deceasedBoolean").type, r4.find_type("boolean"));
  EXPECT_EQ(patient.find_json("deceasedDateTime").type, r4.find_type("dateTime"));
  for (const char* member : {"deceased", "deceasedString", "deceasedboolean", "Name", "nam", ""})
    EXPECT_FALSE(patient.find_json(member).element) << member;
  EXPECT_EQ(patient.elements[0].name, "id");
  EXPECT_EQ(patient.elements[0].types[0].type->name, "id");
  EXPECT_TRUE(patient.find("name")->is_list());
  EXPECT_EQ(names(*patient.find("contact")), Names{"Patient.contact"});
  EXPECT_EQ(r4.find_type("Patient.contact")->base->name, "BackboneElement");
  EXPECT_EQ(r4.find_type("Timing.repeat")->base->name, "Element");
  EXPECT_EQ(patient.find("generalPractitioner")->types[0].targets.size(), 3u);
  EXPECT_EQ(patient.find("link")->min, 0u);
  EXPECT_EQ(r4.find_type("Patient.link")->find("other")->min, 1u);
}

TEST(Definitions, ResolveContentReferencesAndResources) {
  const Definitions& r4 = Definitions::r4();
  const Type* item = r4.find_type("Questionnaire.item");
  ASSERT_TRUE(item);
  EXPECT_EQ(item->find_json("item").type, item);
  EXPECT_EQ(names(*r4.find_type("Bundle.entry")->find("resource")), Names{"Resource"});
  EXPECT_EQ(names(*r4.find_type("Bundle.entry.response")->find("outcome")), Names{"Resource"});
  EXPECT_EQ(names(*r4.find_resource("Patient")->find("contained")), Names{"Resource"});
  EXPECT_FALSE(r4.find_resource("Binary")->find("url"));
  EXPECT_FALSE(r4.find_type("Meta")->find("project"));
}

TEST(Definitions, KnowPrimitivesAndTheirPatterns) {
  const Definitions& r4 = Definitions::r4();
  std::size_t primitives = 0;
  for (const char* name :
       {"base64Binary", "boolean",     "canonical", "code",     "date", "dateTime",    "decimal",
        "id",           "instant",     "integer",   "markdown", "oid",  "positiveInt", "string",
        "time",         "unsignedInt", "uri",       "url",      "uuid", "xhtml"}) {
    const Type* type = r4.find_type(name);
    ASSERT_TRUE(type) << name;
    EXPECT_EQ(type->kind, TypeKind::primitive) << name;
    EXPECT_EQ(type->pattern.empty(), type->name == "xhtml") << name;
    ++primitives;
  }
  EXPECT_EQ(primitives, 20u);
  EXPECT_EQ(r4.find_type("positiveInt")->base->name, "integer");
  EXPECT_EQ(names(*r4.find_type("positiveInt")->find("value")), Names{"integer"});
  EXPECT_EQ(r4.find_type("id")->pattern, "[A-Za-z0-9\\-\\.]{1,64}");
}

TEST(Definitions, ListTheCodesOfRequiredBindings) {
  const Definitions& r4 = Definitions::r4();
  const Element& status = *r4.find_resource("Observation")->find("status");
  EXPECT_EQ(status.binding, BindingStrength::required);
  EXPECT_EQ(status.value_set, "http://hl7.org/fhir/ValueSet/observation-status");
  ASSERT_TRUE(status.required_codes);
  EXPECT_EQ(status.required_codes->codes.size(), 8u);
  EXPECT_TRUE(status.required_codes->contains("final"));
  EXPECT_TRUE(status.required_codes->contains("http://hl7.org/fhir/observation-status", "amended"));
  EXPECT_FALSE(status.required_codes->contains("http://hl7.org/fhir/other", "amended"));
  EXPECT_FALSE(status.required_codes->contains("fina"));
  EXPECT_FALSE(status.required_codes->contains(""));
  EXPECT_EQ(r4.find_resource("DetectedIssue")->find("status")->required_codes, status.required_codes);
  const Element& type = *r4.find_type("Attachment")->find("contentType");
  EXPECT_EQ(type.binding, BindingStrength::required);
  EXPECT_FALSE(type.required_codes);
  EXPECT_EQ(r4.find_resource("Condition")->find("clinicalStatus")->required_codes->codes.size(),
            6u);  // nested concepts
  EXPECT_EQ(r4.find_resource("Patient")->find("maritalStatus")->binding, BindingStrength::extensible);
}

TEST(Definitions, KnowSearchParametersOfAType) {
  const Definitions& r4 = Definitions::r4();
  EXPECT_EQ(r4.all_search_parameters().size(), 1375u);
  for (std::size_t i = 0; i < r4.all_search_parameters().size(); ++i)
    EXPECT_EQ(r4.all_search_parameters()[i].index, i);
  std::string codes;
  for (const SearchParameter* parameter : r4.search_parameters("Patient"))
    codes += std::string(parameter->code) + " ";
  EXPECT_EQ(codes,
            "_content _id _lastUpdated _profile _query _security _source _tag _text active address "
            "address-city address-country "
            "address-postalcode address-state address-use birthdate death-date deceased email family gender "
            "general-practitioner "
            "given identifier language link name organization phone phonetic telecom ");
  EXPECT_FALSE(r4.find_search_parameter("Bundle", "_text"));
  EXPECT_TRUE(r4.find_search_parameter("Bundle", "_id"));
  EXPECT_TRUE(r4.search_parameters("DomainResource").empty());
  EXPECT_FALSE(r4.find_search_parameter("Nothing", "_id"));
  const SearchParameter& pair = *r4.find_search_parameter("Observation", "code-value-quantity");
  EXPECT_EQ(pair.type, SearchType::composite);
  ASSERT_EQ(pair.components.size(), 2u);
  EXPECT_EQ(pair.components[0].code, "code");
  EXPECT_EQ(pair.components[1].code, "value-quantity");
  EXPECT_EQ(r4.find_search_parameter("Condition", "patient")->targets.size(), 2u);  // Patient, Group
  EXPECT_EQ(r4.find_search_parameter("MeasureReport", "subject")->targets.size(), 7u);
  EXPECT_FALSE(r4.find_search_parameter("ServiceRequest", "order-detail"));
}

TEST(Definitions, KnowCompartments) {
  const Definitions& r4 = Definitions::r4();
  std::string task, encounter;
  for (const CompartmentMember& member : r4.find_compartment("Patient")->members) {
    auto* list = member.type == "Task" ? &task : member.type == "Encounter" ? &encounter : nullptr;
    for (const auto parameter : member.parameters)
      if (list) list->append(parameter).append(" ");
    for (const auto parameter : member.parameters)
      EXPECT_TRUE(parameter == "{def}" || r4.find_search_parameter(member.type, parameter))
          << member.type << " " << parameter;
  }
  EXPECT_EQ(task, "patient focus ");
  EXPECT_EQ(encounter, "patient ");
  for (const char* code : {"Encounter", "Practitioner", "RelatedPerson", "Device"})
    EXPECT_TRUE(r4.find_compartment(code)) << code;
  EXPECT_FALSE(r4.find_compartment("Group"));
}

TEST(Definitions, RefuseWhatIsCutShort) {
  const std::string whole = bytes();
  ASSERT_TRUE(Definitions::read(whole));
  for (std::size_t size = 0; size < whole.size(); size += size < 64 ? 1 : whole.size() / 97) {
    std::string part = whole.substr(0, size);
    EXPECT_FALSE(Definitions::read(part)) << size;
    if (size <= format::magic.size() + format::checksum_bytes) continue;
    seal(part);
    const auto read = Definitions::read(part);
    ASSERT_FALSE(read) << size;
    EXPECT_EQ(read.error().kind, Kind::fault);
  }
}

TEST(Definitions, SurviveFlippedBytes) {
  const std::string whole = bytes();
  std::uint64_t random = 1;
  std::size_t refused = 0;
  for (int round = 0; round < 400; ++round) {
    std::string flipped = whole;
    for (int i = 0; i <= round % 3; ++i) {
      random = random * 6364136223846793005u + 1442695040888963407u;
      // In every other round behind the texts.
      const std::size_t first = round % 2 ? flipped.size() * 2 / 3 : 0;
      flipped[first + (random >> 20) % (flipped.size() - first)] ^= char(1 << (random >> 60) % 8);
    }
    EXPECT_FALSE(Definitions::read(flipped));
    seal(flipped);
    const auto read = Definitions::read(flipped);
    if (!read) ++refused;
    else
      for (const Type* resource : (*read)->resources()) resource->find_json("identifier");
  }
  EXPECT_GT(refused, 50u);
}

TEST(Definitions, AreReadQuickly) {
  const std::string whole = bytes();
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(Definitions::read(whole));
  const std::chrono::duration<double, std::milli> each = (std::chrono::steady_clock::now() - start) / 10;
  std::printf("%zu bytes of definitions are read in %.2f ms\n", whole.size(), each.count());
  EXPECT_LT(each.count(), 200);  // the aim is 20 ms; the rest is for sanitizers and busy machines
}

}  // namespace
}  // namespace handoff::fhir
