// The table of formats: what it says about files, and that each file type can follow it.
#include "mapping/format.h"

#include <gtest/gtest.h>

#include <set>

namespace handoff::mapping {
namespace {

TEST(Formats, AreFoundByNameAndByFile) {
  for (const std::string name : {"csv", "jsonl", "json"}) {
    ASSERT_NE(find_format(name), nullptr) << name;
    EXPECT_EQ(find_format(name)->name, name);
    EXPECT_EQ(format_of_feed("vendor/consents." + name), find_format(name));
  }
  EXPECT_EQ(find_format("hl7v2"), nullptr) << "no mapping reads it yet";
  EXPECT_NE(format_of_feed("hospital/adt.hl7"), nullptr) << "such a feed is told as one without mapping";
  for (const char* none : {"notes.txt", "consents.ndjson", "CSV", "a.CSV", "csv/README"})
    EXPECT_EQ(format_of_feed(none), nullptr) << none;
}

TEST(Formats, AreSentAsTheirFirstMediaType) {
  const std::pair<const char*, const char*> cases[] = {{"a.csv", "text/csv"},
                                                       {"a.jsonl", "application/x-ndjson"},
                                                       {"a.ndjson", "application/x-ndjson"},
                                                       {"a.json", "application/json"},
                                                       {"a.txt", "text/csv"},
                                                       {"a.hl7", "text/csv"},
                                                       {"a", "text/csv"}};
  for (const auto& [file, type] : cases) EXPECT_EQ(media_type_of(file), type) << file;
}

TEST(Formats, HaveRowsThatDoNotContradictEachOther) {
  std::set<std::string_view> names, extensions, media_types;
  for (const Format& format : formats()) {
    EXPECT_TRUE(names.insert(format.name).second) << format.name;
    EXPECT_TRUE(extensions.insert(format.extension).second) << format.name;
    for (const auto extension : format.more_extensions)
      EXPECT_TRUE(extensions.insert(extension).second) << extension;
    for (const auto type : format.media_types) EXPECT_TRUE(media_types.insert(type).second) << type;
    EXPECT_EQ(bool(format.read), bool(format.write)) << format.name;
  }
}

}  // namespace
}  // namespace handoff::mapping
