// What a class opens that the class before it did not, and when (disclosure/README.md). A client that asks
// for changes must also get what a consent or a date has opened. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "consent/fold.h"

namespace handoff::consent {

// What the recipient gains of a patient's resources: it sees new ones, or more of a resource that several
// disclose.
struct Opens {
  bool more = false;  // of what others disclose
  bool own = false;   // of what the recipient discloses: a denial that bound it is over
  bool any() const { return more || own; }
};
// `rows`: all rows of the patient, including the row of the Patient, which is visible only if something else
// is. A Consent is no gain. A row that `asks` is skipped, because the resource itself must be examined.
Opens opens(std::string_view recipient, std::string_view purpose, std::string_view class_before,
            std::string_view class_after, std::span<const Row> rows);

// When a recipient last gained something of a patient. The epoch means never.
struct Gained {
  Instant more = {};
  Instant own = {};
  void note(const Opens& opened, Instant at);
  void note(const Gained& other);
};

struct Passed {
  Class now;
  Gained gained;  // by dates alone, on the way to `asker.at`
};
// Takes a class that was folded before `asker.at` over every date on which it changed. The consents must be
// unchanged since the class was folded. `recipient`: who gains; it matters if the class is the one for
// `anyone`. `rows`: as above.
Passed pass(const Asker& asker, Class stood, std::span<const Directive> directives,
            std::string_view recipient, std::span<const Row> rows);

// The rows of these shapes (fold.h). Texts that are no shape are left out.
std::vector<Row> rows_of(std::span<const std::string> shapes);

}  // namespace handoff::consent
