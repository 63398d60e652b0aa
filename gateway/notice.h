// What a partner reads in a notification with ids only (Subscriptions R5 Backport for R4): which resource it is of, what else
// may be asked for, and where. Pure.
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
  std::string focus;                 // "CarePlan/abc"; empty: it is not said
  std::vector<std::string> context;  // "Goal/abc"
};

// Problem: unprocessable, where there is no event, or what is named does not stand under one base.
Result<Notice> read_notice(json::Value bundle);

// The searches that get all that the notice names, below the base: one of a plan, "CarePlan?_id=abc&_include=CarePlan:goal"; else some of
// each type, "Condition?_id=a,b". None: it names nothing.
std::vector<std::string> searches_of(const Notice& notice);

// What the searches gave as one searchset, with those entries only that the notice names, and with the notice's identifier, by which it is
// known later that they were pulled.
json::Value only_named(json::Arena& arena, std::span<const json::Value> searchsets, const Notice& notice);

}  // namespace handoff::gateway
