// What a partner reads in a notification with ids only (Subscriptions R5 Backport for R4): the resource that
// it is about, what else the partner may ask for, and where. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "json/value.h"

namespace handoff::gateway {

inline constexpr std::string_view pulled_for_system = "https://handoff.example.org/id/pulled-for";

struct Notice {
  std::string identifier;            // the Bundle's
  std::string base;                  // "https://127.0.0.1:8443/fhir"
  std::string focus;                 // "CarePlan/abc"; empty: not said
  std::vector<std::string> context;  // "Goal/abc"
};

// Problem: unprocessable, if there is no event, or if the named resources are not all under one base.
Result<Notice> read_notice(json::Value bundle);

// The searches, below the base, that get everything the notice names. A plan needs one:
// "CarePlan?_id=abc&_include=CarePlan:goal". Otherwise each search gets several of one type:
// "Condition?_id=a,b". None if the notice names nothing.
std::vector<std::string> searches_of(const Notice& notice);

// The results of the searches as one searchset, with only the entries that the notice names. It carries the
// notice's identifier, which later shows that they were pulled.
json::Value only_named(json::Arena& arena, std::span<const json::Value> searchsets, const Notice& notice);

}  // namespace handoff::gateway
