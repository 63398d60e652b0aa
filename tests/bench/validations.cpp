#include "validations.h"

#include <chrono>
#include <stdexcept>

#include "figures.h"
#include "json/document.h"
#include "search/index_rows.h"
#include "serve/knowledge.h"

namespace handoff::bench {
namespace {

constexpr std::size_t times = 2'000;

template <class Each>
double median_us(std::size_t rounds, Each each) {
  std::vector<double> took;
  for (std::size_t round = 0; round < rounds; ++round) {
    const auto start = std::chrono::steady_clock::now();
    for (std::size_t i = 0; i < times; ++i) each();
    const std::chrono::duration<double, std::micro> time = std::chrono::steady_clock::now() - start;
    took.push_back(time.count() / times);
  }
  return median(took);
}

}  // namespace

// Has names and telecoms with periods, until it has 3 KB.
std::string patient_text() {
  std::string text =
      R"({"resourceType":"Patient","id":"p","text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">Jane Doe</div>"},
    "active":true,"gender":"female","birthDate":"1984-02-29","managingOrganization":{"reference":"Organization/1"},"name":[)";
  for (int i = 0; i < 14; ++i)
    text +=
        std::string(i ? "," : "") +
        R"({"use":"old","family":"Doe","given":["Jane","Ann"],"period":{"start":"2001-01-01","end":"2020-01-01"}})";
  text += R"(],"telecom":[)";
  for (int i = 0; i < 14; ++i)
    text +=
        std::string(i ? "," : "") + R"({"system":"phone","value":"+1 212 555 0100","use":"home","rank":1})";
  return text + "]}";
}

Preparation prepare_patient(std::size_t rounds) {
  const json::Document document = json::parse(patient_text()).value();
  const auto knowledge = gateway::Knowledge::load({}).value();
  const auto indexer = search::Indexer::create().value();
  return {.validation_us = median_us(rounds,
                                     [&] {
                                       if (!knowledge->validator().validate(document.root()).empty())
                                         throw std::runtime_error("the Patient is not valid");
                                     }),
          .extraction_us = median_us(rounds, [&] {
            if (indexer.extract(document.root()).strings.empty())
              throw std::runtime_error("the Patient has no names");
          })};
}

}  // namespace handoff::bench
