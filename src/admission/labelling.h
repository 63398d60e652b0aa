// The labels that a resource is stored with: those that arrived so far, and those computed from its content
// and its source.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "consent/labels.h"
#include "json/value.h"

namespace handoff::admission {

// What a resource was before this write.
struct Past {
  json::Value content;                  // the newest version that was not deleted; absent: none
  std::vector<std::string> disclosers;  // of that version
  std::optional<std::string> arrived;   // which of its labels arrived, as JSON; nothing: not recorded
};

struct Labelled {
  json::Value resource;
  std::string arrived;  // as JSON; empty: none
};

class Labelling {
 public:
  using Read = std::function<json::Value(std::string_view reference)>;
  // `sources` reads Organizations. `read` reads everything else that a label may depend on. Both outlive
  // this, as does `arena`. `names`: what the names of facilities reveal; null: nothing.
  Labelling(json::Arena& arena, const Read& sources, const Read& read,
            const consent::TellingNames* names = nullptr)
      : arena_(arena), sources_(sources), read_(read), names_(names) {}

  // The labels of the content as each of these organizations discloses it, merged. Without organizations: as
  // if the source declares nothing.
  consent::Labels labels_by(const std::vector<std::string>& organizations, json::Value resource) const;
  Labelled label(json::Value resource, const std::vector<std::string>& organizations, const Past& past) const;
  // The arrived labels of a resource that is deleted. It gets them back if it comes again.
  std::string arrived(const Past& past) const;

 private:
  json::Value arrived_before(const Past& past) const;

  json::Arena& arena_;
  const Read& sources_;
  const Read& read_;
  const consent::TellingNames* const names_;
};

}  // namespace handoff::admission
