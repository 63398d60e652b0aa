// What a class opens that the one before did not, and when (disclosure/README.md): whoever asks for what changed must
// be given what a consent or a date has opened. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "consent/fold.h"

namespace handoff::consent {

// What the recipient gains of a patient's resources: they are seen, or more of what several disclose.
struct Opens {
  bool more = false;  // of what others disclose
  bool own = false;   // of what the recipient discloses: a denial that bound it is over
  bool any() const { return more || own; }
};
// `rows`: of what there is of the patient, the Patient's too, who is seen only where something else is. A Consent is no gain; what
// asks is left out: of that the resource itself must be looked at.
Opens opens(std::string_view recipient, std::string_view purpose, std::string_view class_before, std::string_view class_after,
            std::span<const Row> rows);

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
// `recipient`: who gains by it, where the class is what is said to anyone. `rows`: as above.
Passed pass(const Asker& asker, Class stood, std::span<const Directive> directives, std::string_view recipient, std::span<const Row> rows);

// Those of these shapes (fold.h) that say what they are of.
std::vector<Row> rows_of(std::span<const std::string> shapes);

}  // namespace handoff::consent
