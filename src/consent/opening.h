// What a class opens that the one before did not, and when (ARCHITECTURE.md, "the time of a view"): whoever asks for what changed must
// be given what a consent or a date has opened. Pure.
#pragma once

#include <span>
#include <string_view>

#include "consent/fold.h"

namespace handoff::consent {

// Whether the recipient gains something. May say so where no resource is opened, but only by provisions that the recipient sees itself
// or that lie beside one of those: what is hidden from it moves no time.
struct Opens {
  bool more = false;  // of what others disclose
  bool own = false;   // of what the recipient discloses: a denial that bound it is over
};
Opens opens(std::string_view recipient, std::string_view class_before, std::string_view class_after);

// When a recipient last gained something of a patient; the epoch: never.
struct Gained {
  Instant more = {};
  Instant own = {};
  void note(const Opens& opened, Instant at);
  void note(const Gained& other);
};

struct Passed {
  Class now;
  Gained gained;  // by dates alone, on the way
};
// A class that was folded before `asker.at`, of the consents as they have stood since, taken over every date on which it changed.
// `recipient`: who gains by it, where the class is what is said to anyone.
Passed pass(const Asker& asker, Class stood, std::span<const Directive> directives, std::string_view recipient);

}  // namespace handoff::consent
