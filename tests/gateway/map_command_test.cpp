#include "tools/map_command.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <mutex>

#include "net/certificate.h"
#include "net/server.h"

namespace handoff::gateway {
namespace {

namespace fs = std::filesystem;

// A mapping of one column beside its records, and a server that answers as the test says.
class MapCommandTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("handoff-map-" + std::to_string(::getpid()));
    fs::create_directories(folder_ / "mappings/t");
    std::ofstream(folder_ / "mappings/t/map.json") << R"({"map": "t", "version": "1", "title": "T",
      "source": {"format": "csv", "columns": {"id": {"required": true}, "born": {"type": "date"}}},
      "produce": {"p": {"key": ["urn:t", "{{ id }}"], "resource": {"resourceType": "Basic", "code": {"coding": [{"code": "x"}], "text": "{{ born }}"}}}}})";
    std::ofstream(folder_ / "token") << "t\n";
    fs::permissions(folder_ / "token", fs::perms::owner_read | fs::perms::owner_write);
    options_.map = "t";
    options_.mappings = folder_ / "mappings";
    options_.inputs = {folder_ / "in.csv"};
  }
  void TearDown() override {
    server_.reset();
    fs::remove_all(folder_);
  }
  // `answer` gets the number of earlier requests.
  void start(std::function<net::Response(std::size_t before)> answer) {
    ASSERT_TRUE(net::make_loopback_certificates(folder_));
    net::ServerOptions options;
    options.certificate_file = folder_ / "server.pem";
    options.key_file = folder_ / "server.key";
    server_ = net::Server::start(std::move(options), [this, answer](net::Request request, net::Reply reply) {
                const std::lock_guard hold(mutex_);
                targets_.push_back(request.method + " " + request.target + " " +
                                   std::string(request.header("Content-Type")) + " " +
                                   std::string(request.header("Authorization")));
                reply(answer(asked_++));
              }).value();
    origin_ = "https://127.0.0.1:" + std::to_string(server_->port());
    options_.to = origin_ + "/fhir";
    options_.token_file = folder_ / "token";
    options_.ca_file = folder_ / "ca.pem";
  }
  // The exit code, and what stderr says.
  std::pair<int, std::string> run(const std::string& csv) const {
    std::ofstream(options_.inputs.front()) << csv;
    testing::internal::CaptureStderr();
    testing::internal::CaptureStdout();
    const int code = run_map(options_);
    testing::internal::GetCapturedStdout();
    std::string said = testing::internal::GetCapturedStderr();
    if (said.starts_with("note: ")) said.erase(0, said.find('\n') + 1);
    return {code, said};
  }
  fs::path folder_;
  MapRunOptions options_;
  std::string origin_;
  std::vector<std::string> targets_;
  std::unique_ptr<net::Server> server_;
  std::mutex mutex_;
  std::size_t asked_ = 0;
};

using Ran = std::pair<int, std::string>;

TEST_F(MapCommandTest, OneRecordIsOne) {
  EXPECT_EQ(run("id,born\n1,\n"), Ran(0, "1 record: 1 mapped, 0 rejected, 0 duplicates\n"));
  EXPECT_EQ(run("id,born\n1,\n1,\n"), Ran(0, "2 records: 1 mapped, 0 rejected, 1 duplicate\n"));
}

TEST_F(MapCommandTest, WhatTheFileLacksIsToldWithItsName) {
  EXPECT_EQ(run("id,born,Extra\n1,,\n"), Ran(2, "handoff map run: " + (folder_ / "in.csv").string() +
                                                    ": the column \"Extra\" is not declared\n"));
}

constexpr const char* taken_in =
    R"({"feed":"t.csv","records":3,"mapped":1,"rejected":[{"record":2,"key":"1","field":"born","value":"x",)"
    R"("reason":"not a date","mapping":"map.json:2:81"}],"duplicates":0,"waiting":1,"review":0,"later":0,"empty":0,)"
    R"("woken":{"mapped":1,"review":0,"rejected":[{"feed":"u.csv","record":7,"key":"k","field":"","value":"",)"
    R"("reason":"no more","mapping":"u"}]},"dryRun":false})";

TEST_F(MapCommandTest, WhatTheGatewaySaysOfAFileIsTold) {
  start([](std::size_t) { return net::Response{200, {}, taken_in}; });
  EXPECT_EQ(run("id,born\n1,x\n2,\n3,\n"),
            Ran(3,
                "in.csv record 2 born: not a date (value \"x\"; map.json:2:81)\n"
                "u.csv record 7 k: no more (u)\n"
                "3 records: 1 mapped, 2 rejected, 0 duplicates, 1 waiting for other records\n"));
  EXPECT_EQ(targets_, std::vector<std::string>{"POST /intake/t text/csv Bearer t"});
}

TEST_F(MapCommandTest, TheGatewaysOwnMappingNeedNotBeHere) {
  start([](std::size_t) {
    return net::Response{
        404, {}, R"({"issue": [{"diagnostics": "there is no mapping \"there/only\" here"}]})"};
  });
  options_.map = "there/only";
  EXPECT_EQ(run("id\n1\n"),
            Ran(2, "handoff map run: " + origin_ +
                       "/intake/there/only answered 404 there is no mapping \"there/only\" here\n"));
}

TEST_F(MapCommandTest, ATokenThatIsNotAcceptedEndsIt) {
  start([](std::size_t before) {
    return before == 0 ? net::Response{200, {}, taken_in} : net::Response{401, {}, {}};
  });
  options_.inputs = {folder_ / "in.csv", folder_ / "in.csv", folder_ / "in.csv"};
  options_.rejects = folder_ / "rejects.csv";
  options_.json = true;
  const auto [code, said] = run("id,born\n1,x\n");
  EXPECT_EQ(code, 1);
  EXPECT_EQ(asked_, 2u) << "the others would be answered the same";
  EXPECT_NE(
      said.find("handoff map run: --token: " + origin_ + "/intake/t answered 401: the token is not accepted"),
      std::string::npos)
      << said;
  EXPECT_TRUE(said.ends_with(R"({"records": 3, "mapped": 1, "rejected": 2, "duplicates": 0, "waiting": 1})"
                             "\n"));
  std::ifstream rejects(*options_.rejects);
  EXPECT_NE(std::string(std::istreambuf_iterator<char>(rejects), {}).find("in.csv,2,1,born,x,"),
            std::string::npos);
}

// The answer says how much is left. The same file is sent again and goes on from there.
TEST_F(MapCommandTest, AFileThatIsNotFinishedIsSentAgain) {
  start([](std::size_t before) {
    if (before == 2) return net::Response{200, {}, taken_in};
    return net::Response{503,
                         {{"Retry-After", "0"}},
                         R"({"issue": [{"diagnostics": ")" + std::to_string(2 - before) + " are left\"}]}"};
  });
  EXPECT_EQ(run("id,born\n1,x\n").first, 3);
  EXPECT_EQ(asked_, 3u);
}

TEST_F(MapCommandTest, AGatewayThatStaysBusyIsGivenUp) {
  start([](std::size_t) {
    return net::Response{503, {{"Retry-After", "0"}}, R"({"issue": [{"diagnostics": "busy"}]})"};
  });
  EXPECT_EQ(run("id,born\n1,x\n"), Ran(1, "handoff map run: " + origin_ + "/intake/t answered 503 busy\n"));
  EXPECT_EQ(asked_, 5u);
}

TEST_F(MapCommandTest, AGatewayHasItsOwnKeyOfIds) {
  start([](std::size_t) { return net::Response{200, {}, taken_in}; });
  options_.id_key = folder_ / "id.key";
  EXPECT_EQ(run("id\n1\n"),
            Ran(2,
                "handoff map run: --to: a gateway uses its own id key: leave out --id-key, --data and "
                "--config\n"));
  EXPECT_EQ(asked_, 0u);
}

// A record counts as mapped only if a write would take it.
class ValidatedMapTest : public MapCommandTest {
 protected:
  void SetUp() override {
    MapCommandTest::SetUp();
    std::ofstream(options_.mappings / "t/map.json") << R"~({"map": "t", "version": "1", "title": "T",
      "source": {"format": "csv", "columns": {"id": {"required": true}, "vendor": {}, "from": {"type": "date"}, "until": {"type": "date"}, "gone": {}}},
      "produce": {"p": {"when": "gone.empty()", "key": ["urn:t", "{{ id }}"], "resource": {"resourceType": "EpisodeOfCare", "status": "active",
        "patient": {"reference": "{{ refTo('Patient', 'urn:p', id).reference }}"},
        "managingOrganization": {"reference": "Organization/{{ vendor }}"},
        "period": {"start": "{{ from }}", "end": "{{ until }}"}}}}})~";
  }
  std::string read(const fs::path& file) const {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
  }
};

constexpr const char* period_line =
    "in.csv record 2 until: This rule is not kept: If present, start SHALL have a lower value than end. "
    "(per-1) "
    "(from \"2024-03-01\", until \"2024-02-01\") (value \"2024-02-01\"; map.json:6:54 \u2192 "
    "EpisodeOfCare.period)\n";

TEST_F(ValidatedMapTest, RunAndPreviewRejectWhatAWriteWouldRefuse) {
  const std::string csv =
      "id,vendor,from,until,gone\n1,V,2024-03-01,2024-02-01,\n2,V,2024-02-01,2024-03-01,\n";
  EXPECT_EQ(run(csv), Ran(3, period_line + std::string("2 records: 1 mapped, 1 rejected, 0 duplicates\n")));
  options_.rows = 1;
  EXPECT_EQ(run(csv), Ran(3, period_line + std::string("1 record: 0 mapped, 1 rejected, 0 duplicates\n")));
}

TEST_F(ValidatedMapTest, TestRejectsItToo) {
  fs::create_directories(options_.mappings / "t/tests");
  std::ofstream(options_.mappings / "t/tests/a.json")
      << R"({"name": "x", "input": [{"id": "1", "vendor": "V", "from": "2024-03-01", "until": "2024-02-01"}], "expect": [{"status": "active"}]})";
  testing::internal::CaptureStderr();
  testing::internal::CaptureStdout();
  EXPECT_EQ(test_mappings({options_.mappings / "t"}, options_.mappings, false), 1);
  testing::internal::GetCapturedStdout();
  EXPECT_NE(testing::internal::GetCapturedStderr().find("rejected: record 2 until: This rule is not kept"),
            std::string::npos);
}

TEST_F(ValidatedMapTest, ARejectionNamesTheColumnAndNoEntry) {
  const auto [code, said] = run("id,vendor,from,until,gone\n1,\"Advocates, Inc.\",2024-03-01,,\n");
  EXPECT_EQ(code, 3);
  EXPECT_TRUE(said.starts_with(
      "in.csv record 2 vendor: A reference has no white space. (value \"Advocates, Inc.\"; map.json:5:"))
      << said;
  EXPECT_EQ(said.find("Bundle"), std::string::npos) << said;
}

TEST_F(ValidatedMapTest, WhatGivesNothingIsCountedApart) {
  const std::string csv = "id,vendor,from,until,gone\n1,V,2024-02-01,,x\n2,V,2024-02-01,,\n";
  options_.to = (folder_ / "out").string();
  EXPECT_EQ(run(csv), Ran(0, "2 records: 1 mapped, 0 rejected, 0 duplicates, 1 empty\n"));
  EXPECT_FALSE(fs::exists(folder_ / "out/in-2.json"));
  EXPECT_TRUE(fs::exists(folder_ / "out/in-3.json"));
  options_.json = true;
  EXPECT_TRUE(
      run(csv).second.ends_with(R"({"records": 2, "mapped": 1, "rejected": 0, "duplicates": 0, "empty": 1})"
                                "\n"));
}

TEST_F(MapCommandTest, RejectsHoldNoFormulas) {
  options_.rejects = folder_ / "rejects.csv";
  run("id,born\n=1+1,=cmd|x\n+2,\"+1,2\"\n-3,-soon\n@4,@SUM(A1)\n\"\t5\",x\n6,2024\n'7,'x\n");
  std::ifstream in(*options_.rejects);
  const std::string text(std::istreambuf_iterator<char>(in), {});
  for (const char* cells : {",'=1+1,born,'=cmd|x,", ",'+2,born,\"'+1,2\",", ",'-3,born,'-soon,",
                            ",'@4,born,'@SUM(A1),", ",6,born,2024,", ",'7,born,'x,"})
    EXPECT_NE(text.find(cells), std::string::npos) << cells << "\n" << text;
}

TEST_F(MapCommandTest, RejectsHoldNoFormulasInWhatIsNotTrimmed) {
  std::ofstream(options_.mappings / "t/map.json") << R"({"map": "t", "version": "1", "title": "T",
    "source": {"format": "csv", "columns": {"id": {"required": true}, "=a": {"trim": false, "match": "x", "say": "=bad", "unused": true}}},
    "produce": {"p": {"key": ["urn:t", "{{ id }}"], "resource": {"resourceType": "Basic", "code": {"text": "x"}}}}})";
  options_.rejects = folder_ / "rejects.csv";
  options_.inputs = {folder_ / "=in.csv"};
  run("id,=a\n1,\t=x\n2,\"\r=y\"\n");
  std::ifstream in(*options_.rejects);
  const std::string text(std::istreambuf_iterator<char>(in), {});
  EXPECT_NE(text.find("'=in.csv,2,1,'=a,'\t=x,'=bad,"), std::string::npos) << text;
  EXPECT_NE(text.find(",2,'=a,\"'\r=y\",'=bad,"), std::string::npos) << text;
}

}  // namespace
}  // namespace handoff::gateway
