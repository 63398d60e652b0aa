#include "ledger/recipient.h"

#include <future>

#include "../fhir_names.h"
#include "kept_store.h"
#include "sqlite/connection.h"
#include "sqlite/engine.h"
#include "store/verification.h"

namespace handoff::sqlite {
namespace {

std::string entry(const std::string& patient, const std::string& recipient,
                  const std::string& client = "null") {
  return R"({"kind":"disclosure","event":null,"client":)" + client + R"(,"patient":")" + patient +
         R"(","disclosers":["Organization/A"],)" + R"("recipient":")" + recipient + R"(","user":null})";
}

TEST(LedgerRecipient, OfADisclosureAlone) {
  const std::string told = entry("Patient/p", "Organization/R");
  EXPECT_EQ(ledger::recipient_of(told), (ledger::LedgerRecipient{"Patient/p", "Organization/R"}));
  const std::string quoting = entry("Patient/p", "Organization/R",
                                    R"("c\",\"patient\":\"Patient/q\",\"recipient\":\"Organization/S")");
  EXPECT_EQ(ledger::recipient_of(quoting), (ledger::LedgerRecipient{"Patient/p", "Organization/R"}));
  for (const char* other :
       {R"({"kind":"write","actor":"a","resources":[]})", R"({"kind":"access","client":"c"})", "", "{",
        R"({"kind":"disclosure","event":null,"client":null})",
        R"({"kind":"review","patient":"Patient/p","recipient":"Organization/R"})"})
    EXPECT_EQ(ledger::recipient_of(other), std::nullopt) << other;
}

class DisclosedTest : public KeptStoreTest {
 protected:
  void write(const std::string& text) {
    Batch batch;
    batch.ledger = {text};
    ASSERT_TRUE(store_->commit_and_wait(std::move(batch)));
  }
  void record(const std::string& text) {
    std::promise<Result<void>> promise;
    store_->record({text}, [&promise](Result<void> result) { promise.set_value(std::move(result)); });
    ASSERT_TRUE(promise.get_future().get());
  }
};

TEST_F(DisclosedTest, FromTheInstantThatTheEntryIsOnDisk) {
  EXPECT_FALSE(store_->has_disclosed("Patient/p"_ref, "Organization/R"));
  write(entry("Patient/p", "Organization/R"));
  EXPECT_TRUE(store_->has_disclosed("Patient/p"_ref, "Organization/R"));
  EXPECT_FALSE(store_->has_disclosed("Patient/p"_ref, "Organization/S"));
  EXPECT_FALSE(store_->has_disclosed("Patient/q"_ref, "Organization/R"));
  record(entry("Patient/q", "Organization/R"));
  EXPECT_TRUE(store_->has_disclosed("Patient/q"_ref, "Organization/R")) << "while it waits in the journal";
  open();
  for (const char* patient : {"Patient/p", "Patient/q"})
    EXPECT_TRUE(store_->has_disclosed(fhir::Reference(patient), "Organization/R")) << patient;
}

TEST_F(DisclosedTest, AVerificationFindsWhoIsMissing) {
  write(entry("Patient/p", "Organization/R"));
  const auto findings = [&] {
    auto verification = engine().verify(file());
    EXPECT_TRUE(verification);
    (*verification)->check_ledger("key");
    return (*verification)->findings();
  };
  EXPECT_TRUE(findings().empty());
  store_.reset();
  Connection(file()).execute("DELETE FROM disclosed_to");
  const auto found = findings();
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].place, "Patient/p");
}

// Disclosures from before the list existed are in it, too.
TEST_F(DisclosedTest, AStoreFromBeforeGetsItsListFromTheLedger) {
  write(entry("Patient/p", "Organization/R"));
  write(R"({"kind":"write","actor":"a","resources":[]})");
  store_.reset();
  Connection(file()).execute(
      "DROP TABLE disclosed_to; ALTER TABLE outbox DROP COLUMN consents_before; DROP INDEX "
      "patient_grant_until; "
      "CREATE TABLE consent_boundary (at_ms INTEGER); PRAGMA user_version = 14");
  open();
  EXPECT_TRUE(store_->has_disclosed("Patient/p"_ref, "Organization/R"));
}

}  // namespace
}  // namespace handoff::sqlite
