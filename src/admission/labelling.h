// The labels that a resource is stored with: those that arrived up to now, and those that its content and its source give it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "consent/labels.h"
#include "json/value.h"

namespace handoff::admission {

// What a resource was before it is written.
struct Past {
  json::Value content;                  // the newest version that was not deleted; absent: there is none
  std::vector<std::string> disclosers;  // of that version
  std::optional<std::string> arrived;   // which of its labels arrived, as JSON; nothing: it is from before these were kept apart
};

struct Labelled {
  json::Value resource;
  std::string arrived;  // as JSON; empty: nothing did
};

class Labelling {
 public:
  using Read = std::function<json::Value(std::string_view reference)>;
  // `sources` reads Organizations, `read` what else a label may be read from. Both outlive this, as does `arena`.
  // `names`: what facilities tell; null: nothing.
  Labelling(json::Arena& arena, const Read& sources, const Read& read, const consent::TellingNames* names = nullptr)
      : arena_(arena), sources_(sources), read_(read), names_(names) {}

  // Of the content as each of these organizations discloses it, together; by nobody: as one that declares nothing.
  consent::Labels labels_by(const std::vector<std::string>& organizations, json::Value resource) const;
  Labelled label(json::Value resource, const std::vector<std::string>& organizations, const Past& past) const;
  // Of a resource that goes: what it will have if it comes again.
  std::string arrived(const Past& past) const;

 private:
  json::Value arrived_before(const Past& past) const;

  json::Arena& arena_;
  const Read& sources_;
  const Read& read_;
  const consent::TellingNames* const names_;
};

}  // namespace handoff::admission
