#include "service_fixture.h"
#include "validation/structure.h"

namespace handoff::rest {
namespace {

class SearchTypeTest : public ServiceTest {
 protected:
  // Reads a searchset and checks every form that it must have.
  json::Document searchset(const net::Response& response) {
    EXPECT_EQ(response.status, 200u) << response.body;
    EXPECT_EQ(header(response, "Content-Type"), "application/fhir+json; charset=utf-8");
    auto document = json::parse(response.body).value();
    const json::Value root = document.root();
    for (const Issue& issue : validation::validate_structure(root, fhir::Definitions::r4()))
      ADD_FAILURE() << issue.expression << ' ' << issue.diagnostics;
    EXPECT_EQ(root["type"].text(), "searchset");
    EXPECT_EQ(root["link"].at(0)["relation"].text(), "self");
    for (const json::Value entry : root["entry"].items()) {
      const json::Value resource = entry["resource"];
      EXPECT_EQ(entry["fullUrl"].text(), std::string(base_url) + "/fhir/" +
                                             std::string(resource["resourceType"].text()) + "/" +
                                             std::string(resource["id"].text()));
    }
    return document;
  }
  // "p2 p1 +Organization/o1": ids of matches, and included resources with a "+".
  static std::string ids(const json::Document& document) {
    std::string all;
    for (const json::Value entry : document.root()["entry"].items()) {
      const json::Value resource = entry["resource"];
      all += all.empty() ? "" : " ";
      if (entry["search"]["mode"].text() == "include")
        all += "+" + std::string(resource["resourceType"].text()) + "/";
      all += resource["id"].text();
    }
    return all;
  }
  std::string found(const std::string& query) { return ids(searchset(get("/fhir/" + query))); }
  static std::string link(const json::Document& document, std::string_view relation) {
    for (const json::Value each : document.root()["link"].items())
      if (each["relation"].text() == relation) return std::string(each["url"].text());
    return {};
  }
  static std::string target_of(const std::string& url) { return url.substr(std::string(base_url).size()); }

  void put_world() {
    const std::string organization = put_entry("Organization", "o1", R"(,"name":"Gosnold")");
    const std::string first = put_entry(
        "Patient", "p1",
        R"(,"identifier":[{"system":"http://x","value":"1"}],"birthDate":"1980-02-03","name":[{"family":"Müller"}],"managingOrganization":{"reference":"Organization/o1"})");
    const std::string second = put_entry(
        "Patient", "p2",
        R"(,"identifier":[{"system":"http://x","value":"2"}],"birthDate":"1990","name":[{"family":"Muldoon"}])");
    const std::string third = put_entry(
        "Patient", "p3",
        R"(,"name":[{"family":"Smith"}],"managingOrganization":{"reference":"https://elsewhere.example/Organization/o1"})");
    const std::string seen = put_entry(
        "Observation", "ob1",
        R"(,"status":"final","code":{"coding":[{"system":"http://loinc.org","code":"1-8"}]},"subject":{"reference":"Patient/p1"},"valueQuantity":{"value":6.3,"unit":"mmol/L","system":"http://unitsofmeasure.org","code":"mmol/L"})");
    ASSERT_EQ(post(transaction(organization + "," + first + "," + second + "," + third + "," + seen)).status,
              200u);
  }
};

TEST_F(SearchTypeTest, FindsByEachType) {
  put_world();
  const std::pair<const char*, const char*> cases[] = {
      {"Patient", "p3 p2 p1"},
      {"Patient?_sort=_lastUpdated", "p1 p2 p3"},
      {"Patient?identifier=http://x%7C1", "p1"},
      {"Patient?identifier=1,2", "p2 p1"},
      {"Patient?identifier=%7C1", ""},
      {"Patient?name=mul", "p2 p1"},
      {"Patient?name=M%C3%9CLLER", "p1"},
      {"Patient?name=mul&name=muld", "p2"},
      {"Patient?birthdate=1980", "p1"},
      {"Patient?birthdate=lt1985,ge1990-01", "p2 p1"},
      {"Patient?_sort=birthdate", "p1 p2 p3"},
      {"Patient?_sort=-birthdate", "p2 p1 p3"},
      {"Patient?_sort=family", "p2 p1 p3"},
      {"Patient?_id=p1,p3", "p3 p1"},
      {"Patient?_lastUpdated=gt2020&_lastUpdated=lt2020", ""},
      {"Patient?organization=o1", "p1"},
      {"Patient?organization=Organization/o1", "p1"},
      {"Patient?organization=https://127.0.0.1:8443/fhir/Organization/o1", "p1"},
      {"Patient?organization=https://elsewhere.example/Organization/o1", "p3"},
      {"Observation?patient=p1", "ob1"},
      {"Observation?subject:Patient=p1", "ob1"},
      {"Observation?subject:Group=p1", ""},
      {"Observation?value-quantity=6.3", "ob1"},
      {"Observation?value-quantity=gt6%7Chttp://unitsofmeasure.org%7Cmmol/L", "ob1"},
      {"Observation?value-quantity=gt6%7C%7Cmg", ""},
      {"Patient?_include=Patient:organization&_sort=_lastUpdated", "p1 p2 p3 +Organization/o1"},
      {"Organization?_revinclude=Patient:organization", "o1 +Patient/p1"},
      {"Patient?_format=json&_id=p1", "p1"},
      {"Patient?_summary=count", ""},
  };
  for (const auto& [query, expected] : cases) EXPECT_EQ(found(query), expected) << query;
  EXPECT_EQ(searchset(get("/fhir/Patient?_summary=count")).root()["total"].text(), "3");
  EXPECT_EQ(searchset(get("/fhir/Patient?_total=accurate&_count=1")).root()["total"].text(), "3");
  EXPECT_FALSE(searchset(get("/fhir/Patient")).root()["total"]);
  EXPECT_FALSE(searchset(get("/fhir/Patient?_id=none")).root()["entry"]);
  EXPECT_EQ(link(searchset(get("/fhir/Patient?name=a%20b&_format=json")), "self"),
            std::string(base_url) + "/fhir/Patient?name=a%20b");
}

TEST_F(SearchTypeTest, TakesForms) {
  put_world();
  const auto search = [this](const std::string& target, const std::string& type, const std::string& body) {
    return send("POST", target, {{"Content-Type", type}}, body);
  };
  const std::string form = "application/x-www-form-urlencoded";
  EXPECT_EQ(ids(searchset(search("/fhir/Patient/_search", form, "identifier=http%3A%2F%2Fx%7C1"))), "p1");
  EXPECT_EQ(
      ids(searchset(search("/fhir/Patient/_search?birthdate=1990", form + "; charset=UTF-8", "name=mul"))),
      "p2")
      << "both count";
  EXPECT_EQ(outcome(search("/fhir/Patient/_search", fhir_type, "{}")), "415 not-supported http.Content-Type");
  EXPECT_EQ(outcome(search("/fhir/Patient/_search", form, "name=%zz")), "400 structure http.body");
  EXPECT_EQ(outcome(search("/fhir/Patient/_search", form, "_format=xml")), "406 not-supported http._format");
  EXPECT_EQ(outcome(get("/fhir/Patient/_search")), "405 not-supported http.method");
}

TEST_F(SearchTypeTest, RefusesWhatItDoesNotServe) {
  const std::pair<const char*, const char*> cases[] = {
      {"Patient?shoe=1", "400 not-supported http.shoe"},
      {"Patient?name:exact=a", "400 not-supported http.name:exact"},
      {"Patient?_has:Observation:patient:code=1", "400 not-supported http._has:Observation:patient:code"},
      {"Patient?organization.name=a", "400 not-supported http.organization.name"},
      {"Patient?birthdate=tomorrow", "400 value http.birthdate"},
      {"Patient?_summary=true", "400 not-supported http._summary"},
      {"Patient?_cursor=AAAA", "400 value http._cursor"},
      {"Patient?_format=xml", "406 not-supported http._format"},
  };
  for (const auto& [query, expected] : cases)
    EXPECT_EQ(outcome(get("/fhir/" + std::string(query))), expected) << query;
  put_world();
  const auto lenient = get("/fhir/Patient?shoe=1&_id=p1", {{"Prefer", "handling=lenient"}});
  EXPECT_EQ(ids(searchset(lenient)), "p1");
  EXPECT_EQ(link(searchset(lenient), "self"), std::string(base_url) + "/fhir/Patient?_id=p1")
      << "it says what it understood";
}

TEST_F(SearchTypeTest, PagesFollowEachOther) {
  std::string entries;
  for (int i = 0; i < 45; ++i)
    entries +=
        (i ? "," : "") + put_entry("Patient", "p" + std::to_string(i),
                                   i % 3 == 0 ? "" : R"(,"birthDate":"19)" + std::to_string(50 + i) + "\"");
  ASSERT_EQ(post(transaction(entries)).status, 200u);
  for (const char* sort : {"", "&_sort=birthdate", "&_sort=-birthdate", "&_sort=_lastUpdated"}) {
    std::set<std::string> all;
    std::string target = "/fhir/Patient?_count=10" + std::string(sort);
    int pages = 0;
    for (; !target.empty(); ++pages) {
      const auto page = searchset(get(target));
      for (const json::Value entry : page.root()["entry"].items())
        EXPECT_TRUE(all.emplace(entry["resource"]["id"].text()).second);
      const std::string next = link(page, "next");
      target = next.empty() ? "" : target_of(next);
      ASSERT_EQ(post(transaction(put_entry("Patient", "new" + std::to_string(pages)))).status, 200u)
          << "others write meanwhile";
    }
    EXPECT_EQ(pages, 5 + (all.size() > 50 ? 1 : 0));
    for (int i = 0; i < 45; ++i) EXPECT_TRUE(all.contains("p" + std::to_string(i)));
  }
}

TEST_F(SearchTypeTest, CursorsServeOneClientAndOneQuery) {
  put_world();
  const auto first = searchset(get("/fhir/Patient?_count=1"));
  EXPECT_EQ(ids(first), "p3");
  const std::string next = target_of(link(first, "next"));
  EXPECT_EQ(ids(searchset(get(next))), "p2");
  EXPECT_EQ(ids(searchset(get(next))), "p2") << "as often as wanted";
  const std::string cursor = next.substr(next.find("_cursor=") + 8);
  const std::string again = target_of(link(searchset(get("/fhir/Patient?_count=1")), "next"));
  EXPECT_NE(again, next) << "sealed anew each time: nothing in it can be read or compared";
  const auto refused = [&](const std::string& target) {
    EXPECT_EQ(outcome(get(target)), "400 value http._cursor") << target;
  };
  refused("/fhir/Patient?_count=2&_cursor=" + cursor);
  refused("/fhir/Patient?_cursor=" + cursor);
  refused("/fhir/Organization?_count=1&_cursor=" + cursor);
  refused("/fhir/Patient?_count=1&_cursor=");
  refused("/fhir/Patient?_count=1&_cursor=" + cursor + "A");
  refused("/fhir/Patient?_count=1&_cursor=" + cursor.substr(0, cursor.size() - 1));
  for (std::size_t i = 0; i < cursor.size(); i += 5) {
    std::string changed = cursor;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    refused("/fhir/Patient?_count=1&_cursor=" + changed);
  }
  tokens_.set_clients(
      auth::read_clients(
          R"({"clients":[{"client_id":"op2","name":"N","role":"operator","purposes":[],"scopes":["system/*.cruds"],"jwks":{"keys":[)" +
          key_.to_jwk(false) + "]}}]}")
          .value());
  EXPECT_EQ(outcome(ask({"GET", next, {{"Authorization", bearer("op2")}}, ""})), "400 value http._cursor")
      << "another client's";
  register_clients(R"("system/*.cruds")");
  gate_.emplace(*store_, clock_, sample::shipped_routes(), std::string(base_url) + "/fhir",
                IdKey(std::string(32, 'k')));
  start(256);
  EXPECT_EQ(outcome(get(next)), "400 value http._cursor") << "of an earlier run";
}

TEST_F(SearchTypeTest, ScopesBoundWhatIsFound) {
  put_world();
  register_clients(R"("system/Patient.rs","system/Observation.r")");
  EXPECT_EQ(found("Patient?_id=p1"), "p1");
  EXPECT_EQ(outcome(get("/fhir/Observation")), "403 forbidden http.Authorization");
  EXPECT_EQ(outcome(get("/fhir/Patient?_include=Patient:organization")), "403 forbidden http._include");
  EXPECT_EQ(outcome(get("/fhir/Patient?_revinclude=Observation:subject")), "403 forbidden http._revinclude");
  EXPECT_EQ(found("Patient?_id=p1&_include=Patient:link"), "p1") << "of what may be read";
}

TEST_F(SearchTypeTest, EachSearchStandsInTheLedger) {
  put_world();
  const std::size_t before = store_->verify_ledger().value();
  found("Patient?_include=Patient:organization");
  EXPECT_EQ(store_->verify_ledger().value(), before + 1);
  EXPECT_EQ(outcome(get("/fhir/Patient?shoe=1")), "400 not-supported http.shoe");
  EXPECT_EQ(store_->verify_ledger().value(), before + 1) << "nothing left";
}

TEST_F(SearchTypeTest, CapabilitiesListWhatIsSearched) {
  const auto document = json::parse(ask({"GET", "/fhir/metadata", {}, ""}).body);
  std::size_t parameters = 0;
  for (const json::Value resource : document->root()["rest"].at(0)["resource"].items()) {
    for (const json::Value parameter : resource["searchParam"].items()) {
      ++parameters;
      const std::string type(parameter["type"].text()), name(parameter["name"].text());
      const std::string value = type == "date"                           ? "2024"
                                : type == "number" || type == "quantity" ? "1"
                                : type == "reference"                    ? "http://x/y"
                                                                         : "a";
      const auto query = search::parse(fhir::Definitions::r4(), resource["type"].text(), {{name, value}}, {});
      EXPECT_TRUE(query) << resource["type"].text() << ' ' << name << ": " << query.error().summary();
      EXPECT_FALSE(parameter["definition"].text().empty());
    }
    for (const json::Value include : resource["searchInclude"].items())
      EXPECT_TRUE(search::parse(fhir::Definitions::r4(), resource["type"].text(),
                                {{"_include", std::string(include.text())}}, {}))
          << include.text();
  }
  EXPECT_GT(parameters, 1'500u);
}

}  // namespace
}  // namespace handoff::rest
