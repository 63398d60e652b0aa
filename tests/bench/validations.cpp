#include "validations.h"

#include <chrono>
#include <stdexcept>

#include "figures.h"
#include "json/document.h"
#include "knowledge.h"

namespace handoff::bench {
namespace {

constexpr std::size_t validations = 2'000;

// Names and telecoms with periods, until it has 3 KB.
std::string patient() {
  std::string text =
      R"({"resourceType":"Patient","id":"p","text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">Jane Doe</div>"},
    "active":true,"gender":"female","birthDate":"1984-02-29","managingOrganization":{"reference":"Organization/1"},"name":[)";
  for (int i = 0; i < 14; ++i)
    text += std::string(i ? "," : "") +
            R"({"use":"old","family":"Doe","given":["Jane","Ann"],"period":{"start":"2001-01-01","end":"2020-01-01"}})";
  text += R"(],"telecom":[)";
  for (int i = 0; i < 14; ++i) text += std::string(i ? "," : "") + R"({"system":"phone","value":"+1 212 555 0100","use":"home","rank":1})";
  return text + "]}";
}

}  // namespace

double validation_us(std::size_t rounds) {
  const json::Document document = json::parse(patient()).value();
  const auto knowledge = gateway::Knowledge::load({}).value();
  std::vector<double> took;
  for (std::size_t round = 0; round < rounds; ++round) {
    std::size_t issues = 0;
    const auto start = std::chrono::steady_clock::now();
    for (std::size_t i = 0; i < validations; ++i) issues += knowledge->validator().validate(document.root()).size();
    const std::chrono::duration<double, std::micro> time = std::chrono::steady_clock::now() - start;
    if (issues != 0) throw std::runtime_error("the Patient is not valid");
    took.push_back(time.count() / validations);
  }
  return median(took);
}

}  // namespace handoff::bench
