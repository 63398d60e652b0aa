// Index rows that wait to be written: those of the group's accepted requests, and those of the request in
// progress.
#pragma once

#include <algorithm>
#include <compare>
#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

#include "store/numbers.h"

namespace handoff::sqlite {

struct RowQueue {
  struct Hash {
    std::int64_t parameter, hash, npk, vis;
    auto operator<=>(const Hash&) const = default;
  };
  struct String {
    std::int64_t parameter;
    std::string value;
    std::int64_t npk, vis;
    auto operator<=>(const String&) const = default;
  };
  struct Date {
    std::int64_t parameter, first_ms, npk, last_ms, vis;
    auto operator<=>(const Date&) const = default;
  };
  struct Number {
    std::int64_t parameter, unit;
    double value;
    std::int64_t npk, vis;
    auto operator<=>(const Number&) const = default;
  };
  struct PatientToken {
    store::PatientNumber patient;
    std::int64_t parameter, hash, npk, shape;
    auto operator<=>(const PatientToken&) const = default;
  };
  struct Compartment {
    store::PatientNumber patient;
    std::int64_t type, npk, shape;
    auto operator<=>(const Compartment&) const = default;
  };

  std::vector<Hash> tokens, references, uris;
  std::vector<String> strings;
  std::vector<Date> dates;
  std::vector<Number> numbers;
  std::vector<PatientToken> patient_tokens;
  std::vector<Compartment> compartment;

  // keep() keeps the rows that were added since the last call. drop() removes them.
  void keep() {
    std::size_t* size = kept;
    each([&](auto& rows) { *size++ = rows.size(); });
  }
  void drop() {
    const std::size_t* size = kept;
    each([&](auto& rows) { rows.resize(*size++); });
  }
  // In the order of their tables' keys.
  void sort() {
    each([](auto& rows) { std::stable_sort(rows.begin(), rows.end()); });
  }
  void clear() {
    each([](auto& rows) { rows.clear(); });
    keep();
  }

 private:
  void each(auto&& work) {
    std::apply([&](auto&... rows) { (work(rows), ...); },
               std::tie(tokens, references, uris, strings, dates, numbers, patient_tokens, compartment));
  }
  std::size_t kept[8] = {};
};

}  // namespace handoff::sqlite
