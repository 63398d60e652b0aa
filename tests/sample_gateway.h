// The inner parts of a gateway over a store of its own, and the record of one person (tests/data/aftercare).
// ORG-ADV may send its aftercare plan to ORG-PCP1 and to nobody else. For tests of the parts that use the
// store.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

#include "admission/admission.h"
#include "admission/indexing.h"
#include "core/civil.h"
#include "disclosure/history.h"
#include "disclosure/message.h"
#include "disclosure/read.h"
#include "json/document.h"
#include "sample_validator.h"
#include "shipped_routes.h"
#include "sqlite/engine.h"
#include "store/outbox.h"
#include "store/resources.h"

namespace handoff::sample {

inline const search::Indexer& shared_indexer() {
  static const search::Indexer indexer = search::Indexer::create().value();
  return indexer;
}

inline std::string file_text(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  EXPECT_TRUE(in) << file;
  return std::string(std::istreambuf_iterator<char>(in), {});
}

inline std::string data_text(const std::string& name) {
  return file_text(std::filesystem::path(HANDOFF_SOURCE_DIR) / "tests/data" / name);
}

// `text` with the first `from` replaced by `to`. The test fails if `from` is not in it.
inline std::string changed(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  EXPECT_NE(at, text.npos) << "not found: " << from;
  return at == text.npos ? text : text.replace(at, from.size(), to);
}

inline const IdKey& id_key() {
  static const IdKey key(std::string(32, 'k'));
  return key;
}

inline Instant at(std::string_view date_time) { return span_of(date_time)->first; }

class GatewayTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("handoff-sample-" + std::to_string(::getpid()));
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    auto opened = sqlite::engine().open({folder_ / "handoff.db", "key"}, machine_);
    ASSERT_TRUE(opened) << opened.error().summary();
    store_ = std::move(*opened);
    ASSERT_TRUE(admission::index_by(*store_, {}));
    admission_.emplace(*store_, shared_indexer(), shipped_routes(), clock_, sample::shared_validator());
    gate_.emplace(*store_, clock_, shipped_routes(), "https://127.0.0.1/fhir", id_key());
  }
  void TearDown() override {
    gate_.reset();
    admission_.reset();
    store_.reset();
    std::filesystem::remove_all(folder_);
  }

  // Admits these resources as one submission, each under its own id.
  Result<admission::Receipt> admit(const std::vector<std::string>& resources,
                                   const std::string& discloser = "ORG-ADV",
                                   const std::function<void(admission::Entry&)>& change = {}) {
    admission::Submission submission{discloser, "test", {}, {}, {}};
    submission.narrates = narrates_;
    std::vector<json::Document> kept;
    for (const std::string& text : resources) {
      auto parsed = json::parse(text);
      EXPECT_TRUE(parsed) << text;
      if (!parsed) return parsed.error();
      kept.push_back(std::move(*parsed));
      const json::Value resource = kept.back().root();
      admission::Entry entry;
      entry.type = resource["resourceType"].text();
      entry.id = resource["id"].text();
      entry.resource = resource;
      if (change) change(entry);
      submission.entries.push_back(entry);
    }
    return admission_->admit(submission);
  }
  Result<admission::Receipt> contribute(const std::string& members, const std::string& discloser,
                                        const std::string& id = "p1") {
    return admit({R"({"resourceType":"Patient","id":")" + id + "\"," + members + "}"}, discloser,
                 [](admission::Entry& entry) { entry.contributes = true; });
  }

  // Admits the person as ORG-ADV and ORG-HOC know them, and the record of data/aftercare with `changes` made
  // in its text.
  void admit_record(const std::vector<std::pair<std::string, std::string>>& changes = {}) {
    ASSERT_TRUE(
        contribute(R"("name":[{"family":"Rivera","given":["Ana"]}],"birthDate":"1990-02-03")", "ORG-ADV"));
    ASSERT_TRUE(contribute(
        R"("identifier":[{"system":"https://handoff.example.org/id/booking","value":"B-77"}])", "ORG-HOC"));
    std::string text = data_text("aftercare/record.json");
    for (const auto& [from, to] : changes) text = changed(text, from, to);
    const auto parsed = json::parse(text);
    ASSERT_TRUE(parsed) << parsed.error().summary();
    std::vector<std::string> resources;
    for (const json::Value resource : parsed->root().items()) resources.push_back(json::write(resource));
    const auto admitted = admit(resources);
    ASSERT_TRUE(admitted) << admitted.error().summary();
  }
  // The same with a plan that is no event, so that nothing is queued before the test wants it.
  void admit_quiet_record() {
    admit_record({{R"("CarePlan", "id": "cp1", "status": "active")",
                   R"("CarePlan", "id": "cp1", "status": "completed")"}});
  }
  static std::string record_of(const std::string& type) {
    const auto parsed = json::parse(data_text("aftercare/record.json"));
    for (const json::Value resource : parsed->root().items())
      if (resource["resourceType"].text() == type) return json::write(resource);
    ADD_FAILURE() << type;
    return {};
  }
  // Admits the Composition whose creation is E14.
  void issue_aftercare(const std::vector<std::pair<std::string, std::string>>& changes = {}) {
    std::string text = data_text("aftercare/composition.json");
    for (const auto& [from, to] : changes) text = changed(text, from, to);
    const auto admitted = admit({text});
    ASSERT_TRUE(admitted) << admitted.error().summary();
  }
  store::OutboxRow row_for(const std::string& recipient, const std::string& event = "E14") const {
    for (const store::OutboxRow& row : store_->snapshot().outbox().all())
      if (row.recipient == recipient && row.event == event) return row;
    ADD_FAILURE() << "no outbox row for " << recipient;
    return {};
  }
  std::string body(const std::string& type, const std::string& id) const {
    const auto version = store_->snapshot().resources().read(type, id);
    return version ? version->body : std::string();
  }
  std::size_t ledger_entries() const { return store_->verify_ledger().value(); }

  bool narrates_ = false;  // a feed sets it
  SystemClock machine_;
  ManualClock clock_{at("2024-05-01T12:00:00-04:00")};
  std::filesystem::path folder_;
  std::unique_ptr<store::Store> store_;
  std::optional<admission::Admission> admission_;
  std::optional<disclosure::Gate> gate_;
};

}  // namespace handoff::sample
