#include "data.h"

#include <fmt/format.h>

#include <stdexcept>

#include "admission/admission.h"
#include "core/hash.h"
#include "json/document.h"
#include "serve/knowledge.h"
#include "sqlite/engine.h"
#include "store/resources.h"

namespace handoff::bench {
namespace {

constexpr std::size_t group_persons = 32;

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error("data: " + result.error().summary());
  return std::move(*result);
}

std::string organization(const std::string& id) {
  return fmt::format(
      R"({{"resourceType":"Organization","id":"{}","name":"Organization {}","extension":[{{"url":)"
      R"("https://handoff.example.org/fhir/StructureDefinition/part2-program","valueCode":"none"}}]}})",
      id, id);
}

std::string patient_text(std::size_t person) {
  return fmt::format(
      R"({{"resourceType":"Patient","id":"p{0}","identifier":[{{"system":"https://bench.example.org/member","value":"M{0}"}}],)"
      R"("name":[{{"family":"Family{1}","given":["Given{2}"]}}],"gender":"female","birthDate":"19{3:02}-0{4}-1{5}"}})",
      person, person % 997, person % 89, person % 80 + 10, person % 9 + 1, person % 10);
}

std::string consent_text(std::size_t person) {
  std::string actors;
  for (const auto& [organization, named] :
       {std::pair("ORG-WIDE", consents_to_wide(person)), {"ORG-FEW", person < 10}, {"ORG-OTHER", true}})
    if (named)
      actors += fmt::format(
          R"({}{{"role":{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/v3-ParticipationType",)"
          R"("code":"IRCP"}}]}},"reference":{{"reference":"Organization/{}"}}}})",
          actors.empty() ? "" : ",", organization);
  return fmt::format(
      R"({{"resourceType":"Consent","id":"c{0}","identifier":[{{"system":"https://handoff.example.org/id/consent","value":"CN-{0}"}}],)"
      R"("status":"active","scope":{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/consentscope","code":"patient-privacy"}}]}},)"
      R"("category":[{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"IDSCL"}}]}}],)"
      R"("patient":{{"reference":"Patient/p{0}"}},"dateTime":"2020-01-10","performer":[{{"reference":"Patient/p{0}"}}],)"
      R"("organization":[{{"reference":"Organization/ORG-ADV"}}],"sourceReference":{{"reference":"DocumentReference/f1"}},)"
      R"("policyRule":{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"OPTIN"}}]}},)"
      R"("provision":{{"type":"permit","period":{{"start":"2020-01-10","end":"2099-06-30"}},"actor":[{1}],"securityLabel":[)"
      R"({{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"R"}}],)"
      R"("purpose":[{{"system":"http://terminology.hl7.org/CodeSystem/v3-ActReason","code":"TREAT"}}]}}}})",
      person, actors);
}

std::vector<std::string> person_texts(std::size_t person) {
  std::vector<std::string> texts = {patient_text(person), consent_text(person)};
  for (std::size_t i = 0; i < conditions_of_person; ++i)
    texts.push_back(condition_text(condition_id(person, i), person, condition_id(person, i)));
  return texts;
}

class Filling {
 public:
  explicit Filling(const std::filesystem::path& file)
      : store_(must(sqlite::engine().open({file, "bench"}, clock_))),
        indexer_(must(search::Indexer::create())),
        admission_(*store_, indexer_, routes_, clock_, knowledge_->validator()) {}

  void take(const std::vector<std::vector<std::string>>& groups) {
    std::vector<admission::Submission> submissions;
    std::vector<json::Document> documents;
    for (const auto& texts : groups) {
      admission::Submission submission{"ORG-ADV", "bench", {}, {}, {}};
      for (const std::string& text : texts) {
        documents.push_back(must(json::parse(text)));
        const json::Value resource = documents.back().root();
        admission::Entry entry;
        entry.type = resource["resourceType"].text();
        entry.id = resource["id"].text();
        entry.resource = resource;
        submission.entries.push_back(std::move(entry));
      }
      submissions.push_back(std::move(submission));
    }
    for (auto& receipt : admission_.admit_all(submissions)) must(std::move(receipt));
  }

 private:
  SystemClock clock_;
  routing::CurrentRoutes routes_{routing::Routes()};
  std::unique_ptr<store::Store> store_;
  search::Indexer indexer_;
  std::unique_ptr<const gateway::Knowledge> knowledge_ = must(gateway::Knowledge::load({}));
  admission::Admission admission_;
};

void fill(const std::filesystem::path& file, std::size_t resources) {
  Filling filling(file);
  filling.take({{organization("ORG-ADV"), organization("ORG-WIDE"), organization("ORG-FEW"),
                 organization("ORG-OTHER")}});
  const std::size_t persons = resources / resources_of_person;
  for (std::size_t person = 0; person < persons;) {
    std::vector<std::vector<std::string>> groups;
    for (const std::size_t end = std::min(person + group_persons, persons); person < end; ++person)
      groups.push_back(person_texts(person));
    filling.take(groups);
  }
}

}  // namespace

bool consents_to_wide(std::size_t person) { return person % 10 != 9; }
std::string condition_id(std::size_t person, std::size_t number) {
  return fmt::format("d{}-{}", person, number);
}

std::string code_of(std::size_t number) {
  static constexpr const char* codes[] = {"I10",   "E11.9", "J45.909", "M54.5", "K21.9",
                                          "E78.5", "N39.0", "R51.9",   "H52.4", "L20.9"};
  return codes[number % std::size(codes)];
}

std::string condition_text(const std::string& id, std::size_t person, const std::string& identifier) {
  std::string text = R"({"resourceType":"Condition",)";
  if (!id.empty()) text += fmt::format(R"("id":"{}",)", id);
  const std::size_t code = hash64(identifier) % 10;
  text += fmt::format(
      R"("identifier":[{{"system":"https://bench.example.org/condition","value":"{}"}}],"clinicalStatus":{{"coding":[{{"system":)"
      R"("http://terminology.hl7.org/CodeSystem/condition-clinical","code":"resolved"}}]}},"code":{{"coding":[{{"system":)"
      R"("http://hl7.org/fhir/sid/icd-10-cm","code":"{}"}}]}},"subject":{{"reference":"Patient/p{}"}},"onsetDateTime":"20{:02}-05-17",)"
      R"("abatementString":"after {} weeks","recordedDate":"20{:02}-0{}-2{}T10:15:00Z","note":[{{"text":")",
      identifier, code_of(code), person, person % 20, person % 30, person % 20, person % 9 + 1, person % 9);
  static constexpr std::string_view words =
      "The report was read and filed with the others of the same week. ";
  constexpr std::string_view end = R"("}]})";
  while (text.size() + end.size() < condition_bytes) text += words[text.size() % words.size()];
  return text.append(end);
}

std::filesystem::path prepared_store(const std::filesystem::path& folder, std::size_t resources) {
  const auto kept = folder / fmt::format("store-{}.db", resources);
  if (std::filesystem::exists(kept)) return kept;
  std::filesystem::create_directories(folder);
  const auto growing = folder / "growing.db";
  for (const char* suffix : {"", "-wal", "-shm", ".lock"}) std::filesystem::remove(growing.string() + suffix);
  fmt::print(stderr, "bench: taking {} resources in …\n", resources);
  fill(growing, resources);
  if (std::filesystem::exists(growing.string() + "-wal"))
    throw std::runtime_error("data: the store was not closed whole");
  std::filesystem::rename(growing, kept);
  return kept;
}

Sizes sizes_of(const std::filesystem::path& file) {
  SystemClock clock;
  Sizes sizes;
  sizes.file_bytes = double(std::filesystem::file_size(file));
  const auto store = must(sqlite::engine().open({file, "bench"}, clock));
  store->snapshot().resources().each_resource([&](const store::Version& version) {
    ++sizes.resources;
    sizes.body_bytes += double(version.body.size());
    return true;
  });
  const auto parsed =
      must(json::parse(store->snapshot().resources().read("Condition", condition_id(0, 0)).value().body));
  const search::IndexRows rows = must(search::Indexer::create()).extract(parsed.root());
  sizes.index_rows = double(rows.tokens.size() + rows.references.size() + rows.uris.size() +
                            rows.strings.size() + rows.dates.size() + rows.numbers.size());
  return sizes;
}

}  // namespace handoff::bench
