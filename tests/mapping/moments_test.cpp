// How days and times are joined and kept, numbers as wide as R4 allows, and keys from any column.
#include "scratch.h"

namespace handoff::mapping {
namespace {

std::string observation(const std::string& members) {
  return R"("o": {"key": ["urn:x", "{{ id }}"], "resource": {"resourceType": "Observation", )" + members +
         "}}";
}

// The first entry of the only record, or its rejection.
std::string made(const std::string& map, const std::string& csv) {
  const Scratch scratch(map);
  const auto mapping = scratch.mapping();
  if (!mapping) return "not loaded";
  const auto source = mapping->read(csv, "f.csv", noon());
  if (!source) return source.error().summary();
  OfflineWorld world;
  const Outcome outcome = run_one(*mapping, *source, 0, world);
  if (const auto* r = std::get_if<Rejection>(&outcome)) return r->field + ": " + r->reason;
  return json::write(std::get<Mapped>(outcome).entries.at(0).resource);
}

std::string errors_of(const std::string& columns, const std::string& produce) {
  return Scratch(csv_map(columns, produce)).errors();
}

TEST(Moments, ADayStaysADay) {
  const auto effective = [](const std::string& declared, const std::string& value) {
    return made(csv_map(R"("id": {}, "on": )" + declared, observation(R"("effectiveDateTime": "{{ on }}")")),
                "id,on\n1," + value + "\n");
  };
  const std::string both =
      R"({"type": "dateTime", "pattern": ["M/d/yyyy HH:mm", "M/d/yyyy"], "notAfter": "today"})";
  EXPECT_NE(effective(both, "3/12/2024").find(R"("effectiveDateTime":"2024-03-12"})"), std::string::npos);
  EXPECT_NE(effective(both, "3/12/2024 08:30").find("2024-03-12T08:30:00.000-04:00"), std::string::npos);
  EXPECT_NE(effective(both, "3/12/2024 00:00").find("2024-03-12T00:00:00.000-04:00"), std::string::npos)
      << "midnight is a time";
  EXPECT_EQ(effective(both, "7/1/2024"), "on: later than today");
  EXPECT_NE(effective(R"({"type": "dateTime"})", "2024-03-12").find(R"("effectiveDateTime":"2024-03-12"})"),
            std::string::npos);
  EXPECT_EQ(effective(R"({"type": "dateTime"})", "2024-02-30"), "on: no such date");
  EXPECT_NE(effective(R"({"type": "dateTime", "zone": "Asia/Tokyo", "pattern": "yyyyMMdd"})", "20240312")
                .find("\"2024-03-12\"}"),
            std::string::npos)
      << "whatever the zone";
}

TEST(Moments, ADayIsNoInstant) {
  EXPECT_NE(errors_of(R"("id": {}, "on": {"type": "dateTime", "pattern": ["yyyy-MM-dd HH:mm", "M/d/yyyy"]})",
                      observation(R"("issued": "{{ on }}")"))
                .find("the pattern \"M/d/yyyy\" of the column on has no time, but Observation.issued is an "
                      "instant"),
            std::string::npos);
  EXPECT_EQ(errors_of(R"("id": {}, "on": {"type": "dateTime", "pattern": "yyyy-MM-dd HH:mm"})",
                      observation(R"("issued": "{{ on }}")")),
            "");
}

TEST(Moments, DateAndTimeNeedAZone) {
  const std::string columns =
      R"("id": {}, "d": {"type": "date"}, "t": {"type": "time"}, "z": {"unused": true})";
  for (const char* slot :
       {"{{ d }}T{{ t }}", "{{ d }}T{{ t }}:00", "{{ d }}T10:00:00", "{{ d & 'T' & t }}",
        "{{ d.toString() + 'T' + t.toString() }}", "{{ d & 'T10:00:00' }}", "{{ d }}T{{ t }}.000",
        "{{ d }} {{ t }}", "2024-01-01T{{ t }}", "{{ d & ' ' & t }}"})
    EXPECT_NE(errors_of(columns, observation(R"("effectiveDateTime": ")" + std::string(slot) + "\""))
                  .find("join date and time with dateTime(date, time)"),
              std::string::npos)
        << slot;
  EXPECT_NE(errors_of(columns, observation(R"("issued": "{{ d }}T{{ t }}")")).find("dateTime(date, time)"),
            std::string::npos);
  for (const char* slot : {"{{ d }}T{{ t }}-05:00", "{{ d }}T{{ t }}Z", "{{ d }}T{{ t }}{{ z }}",
                           "{{ d & 'T' & t & '+00:00' }}", "{{ d }}"})
    EXPECT_EQ(errors_of(columns, observation(R"("effectiveDateTime": ")" + std::string(slot) +
                                             R"(", "note": [{"text": "{{ d }}T{{ t }}"}])")),
              "")
        << slot;
}

TEST(Moments, DateAndTimeAreJoinedInAZone) {
  const auto joined = [](const std::string& slot, const std::string& row) {
    return made(
        csv_map(
            R"("id": {}, "d": {"type": "date"}, "t": {"type": "time", "unused": true}, "z": {"unused": true})",
            observation(R"("effectiveDateTime": ")" + slot + "\"")),
        "id,d,t,z\n1," + row + "\n");
  };
  EXPECT_NE(joined("{{ dateTime(d, t) }}", "2024-03-01,10:00,").find("\"2024-03-01T10:00:00.000-05:00\""),
            std::string::npos);
  EXPECT_NE(joined("{{ dateTime(d, t) }}", "2024-07-01,10:00:30,").find("\"2024-07-01T10:00:30.000-04:00\""),
            std::string::npos);
  EXPECT_NE(joined("{{ dateTime(d, t, 'America/Los_Angeles') }}", "2024-07-01,10:00,")
                .find("\"2024-07-01T13:00:00.000-04:00\""),
            std::string::npos);
  EXPECT_NE(joined("{{ dateTime(d, t) }}", "2024-03-01,,").find("\"effectiveDateTime\":\"2024-03-01\""),
            std::string::npos)
      << "the day alone";
  EXPECT_EQ(joined("{{ dateTime(d, t) }}", ",10:00,").find("effectiveDateTime"), std::string::npos)
      << "no day, no moment";
  EXPECT_EQ(joined("{{ dateTime(d, z) }}", "2024-03-01,,noon"), "z: not a time of day (expected HH:mm:ss)");
  EXPECT_NE(errors_of(R"("id": {}, "d": {"type": "date"}, "t": {"type": "time"})",
                      observation(R"("effectiveDateTime": "{{ dateTime(d, t, 'Mars/Base') }}")"))
                .find("unknown time zone \"Mars/Base\""),
            std::string::npos);
}

TEST(Moments, IntegersHave32Bits) {
  const auto value = [](const std::string& type, const std::string& text) {
    return made(
        csv_map(R"("id": {}, "n": {"type": ")" + type + R"("})", observation(R"("valueInteger": "{{ n }}")")),
        "id,n\n1," + text + "\n");
  };
  EXPECT_NE(value("integer", "2147483647").find("2147483647"), std::string::npos);
  EXPECT_NE(value("integer", "-2147483648").find("-2147483648"), std::string::npos);
  EXPECT_EQ(value("integer", "2147483648"), "n: a whole number beyond 2147483647");
  EXPECT_EQ(value("integer", "-2147483649"), "n: a whole number beyond -2147483648");
  EXPECT_EQ(value("integer", "99999999999999999999"), "n: a whole number beyond 2147483647");
  EXPECT_EQ(value("integer", "1.5"), "n: not a whole number");
}

TEST(Moments, NumbersFitTheirElement) {
  const auto number = [](const std::string& declared, const std::string& element, const std::string& text) {
    return made(csv_map(R"("id": {}, "n": )" + declared,
                        observation(R"("component": [{"code": {"text": "x"}, )" + element + "}]")),
                "id,n\n1," + text + "\n");
  };
  EXPECT_EQ(number(R"({"unused": true})", R"("valueInteger": "{{ n.toDecimal() }}")", "1.5"),
            "n: not a valid integer, the type of Observation.component.valueInteger");
  EXPECT_EQ(number(R"({"unused": true})", R"("valueInteger": "{{ n & '00' }}")", "99999999"),
            "n: not a valid integer, the type of Observation.component.valueInteger");
  EXPECT_EQ(
      number(R"({"type": "integer"})",
             R"("valueSampledData": {"origin": {"value": 1}, "period": 1, "dimensions": "{{ n }}"})", "0"),
      "n: not a valid positiveInt, the type of Observation.component.valueSampledData.dimensions");
}

TEST(Moments, TheFirstKeyMayBeAnyColumn) {
  const std::string columns =
      R"("Booking #": {"required": true, "unused": true}, "a.b": {"unused": true}, "c": {"unused": true})";
  const auto key = [&](const std::string& value) {
    return csv_map(columns, R"("p": {"key": ["urn:x", ")" + value +
                                R"("], "resource": {"resourceType": "Patient", "active": true}})");
  };
  const auto key_of = [&](const std::string& value) {
    const auto mapping = Scratch(key(value)).mapping();
    return mapping ? mapping->read("Booking #,a.b,c\nB-7,8,9\n", "f.csv", noon())->records.at(0).key
                   : std::string();
  };
  EXPECT_EQ(key_of("{{ `Booking #` }}"), "B-7");
  EXPECT_EQ(key_of("{{`Booking #`}}-{{ c }}"), "B-7-9");
  EXPECT_EQ(key_of("{{ `a.b` }}-{{ %context.c }}"), "8-9");
  EXPECT_EQ(key_of("{{ $this.`Booking #` }}"), "B-7");
  EXPECT_NE(made(key("{{ `Booking #` }}"), "Booking #,a.b,c\nB-7,8,9\n").find(R"("value":"B-7")"),
            std::string::npos);
  for (const char* value : {"{{ `Booking #`.lower() }}", "{{ `Booking #` & c }}", "{{ 'c' }}", "{{ c | c }}"})
    EXPECT_NE(Scratch(key(value)).errors().find("the first key may use columns only"), std::string::npos)
        << value;
}

TEST(Moments, AColumnInBackticksIsHeldAgainstItsElement) {
  EXPECT_NE(errors_of(R"("id": {}, "Day of birth": {})", patient(R"("birthDate": "{{ `Day of birth` }}")"))
                .find("the column Day of birth is a string, but Patient.birthDate is a date"),
            std::string::npos);
  EXPECT_NE(errors_of(R"("id": {}, "x": {})", patient(R"("birthDate": "{{ %context.x }}")"))
                .find("the column x is a string"),
            std::string::npos);
}

}  // namespace
}  // namespace handoff::mapping
