#include "store/id_key.h"
#include "sqlite/engine.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "core/clock.h"
#include "kept_store.h"
#include "store/outbox.h"

namespace handoff::sqlite {
namespace {

class IdKeyTest : public KeptStoreTest {
 protected:
  void write_something() {
    Batch batch;
    Write write;
    write.type = "Organization";
    write.id = "o1";
    write.body =
        R"({"resourceType":"Organization","id":"o1","meta":{"lastUpdated":"0000-00-00T00:00:00.000Z"}})";
    write.updated_offset = write.body.find("0000");
    batch.writes.push_back(std::move(write));
    ASSERT_TRUE(store_->commit_and_wait(std::move(batch)));
  }

  const IdKey key_{std::string(32, 'a')}, other_{std::string(32, 'b')};
};

TEST_F(IdKeyTest, TheFirstKeyIsTheStoresForGood) {
  EXPECT_FALSE(*has_id_key(engine(), file()));
  EXPECT_TRUE(check_id_key(engine(), file(), other_)) << "a store without a key fits any";
  ASSERT_TRUE(take_id_key(*store_, key_));
  open();
  EXPECT_TRUE(*has_id_key(engine(), file()));
  EXPECT_TRUE(take_id_key(*store_, key_));
  EXPECT_EQ(take_id_key(*store_, other_).error().kind, Kind::incorrect);
  EXPECT_TRUE(check_id_key(engine(), file(), key_));
  EXPECT_EQ(check_id_key(engine(), file(), other_).error().kind, Kind::incorrect);
  EXPECT_EQ(check_id_key(engine(), folder_ / "none.db", key_).error().kind, Kind::not_found);
}

TEST_F(IdKeyTest, AStoreKnowsThatItHasOlderIds) {
  ASSERT_TRUE(take_id_key(*store_, key_));
  EXPECT_FALSE(has_keyless_ids(store_->snapshot()));
  write_something();
  ASSERT_TRUE(take_id_key(*store_, key_));
  EXPECT_FALSE(has_keyless_ids(store_->snapshot())) << "what came under the key has its ids";
}

TEST_F(IdKeyTest, ResourcesFromBeforeTheKeyAreNoted) {
  write_something();
  ASSERT_TRUE(take_id_key(*store_, key_));
  EXPECT_TRUE(has_keyless_ids(store_->snapshot()));
}

// Numbers count for each topic and recipient, from 1, without gaps, and are on disk.
TEST_F(IdKeyTest, EventNumbersCountForEachTopicAndRecipient) {
  const auto take = [this](const std::string& topic, const std::string& recipient, std::int64_t number) {
    Batch batch;
    batch.event_numbers.push_back({1, topic, recipient, number});
    return store_->commit_and_wait(std::move(batch)).has_value();
  };
  EXPECT_FALSE(take("plans", "ORG-A", 2)) << "it begins with 1";
  EXPECT_TRUE(take("plans", "ORG-A", 1));
  EXPECT_FALSE(take("plans", "ORG-A", 1)) << "each once";
  EXPECT_FALSE(take("plans", "ORG-A", 3)) << "without gaps";
  EXPECT_TRUE(take("plans", "ORG-B", 1));
  EXPECT_TRUE(take("others", "ORG-A", 1));
  open();
  EXPECT_EQ(store_->snapshot().outbox().last_event_number("plans", "ORG-A"), 1);
  EXPECT_TRUE(take("plans", "ORG-A", 2));
  EXPECT_EQ(store_->snapshot().outbox().last_event_number("plans", "ORG-A"), 2);
  EXPECT_EQ(store_->snapshot().outbox().last_event_number("plans", "ORG-B"), 1);
  EXPECT_EQ(store_->snapshot().outbox().last_event_number("plans", "ORG-C"), 0);
}

}  // namespace
}  // namespace handoff::sqlite
