// The state of one validation: the known definitions, the surroundings of the current element, and the
// findings. One thread.
#pragma once

#include <map>
#include <set>
#include <unordered_map>

#include "fhir/membership.h"
#include "validation/plans.h"
#include "validation/profiles.h"
#include "validation/tree.h"

namespace handoff::validation {

// The current resource. The root of a contained resource is its container.
struct Scope {
  json::Value resource;
  const fhir::Type* type = nullptr;
  json::Value root;
  json::Value bundle;              // nearest Bundle around it; absent if none
  std::string_view full_url = {};  // of the resource's entry in that Bundle
  const Path* path = nullptr;
  bool is_contained = false;
};

// The resources of a Bundle by fullUrl and by "Type/id", or the contained resources of a resource by id. It
// is built once, because thousands of references may lead to thousands of resources.
struct Index {
  struct Found {
    json::Value resource;
    std::size_t count = 0;
  };
  std::unordered_map<std::string_view, Found> by_url;  // for contained resources the id
  std::unordered_map<std::string, Found> by_id;
};

// The value sets for FHIRPath. It remembers if a value set was not known: then a failed rule only gives a
// warning.
class AskedValueSets : public fhir::ValueSets {
 public:
  explicit AskedValueSets(const fhir::ValueSets& known) : known_(known) {}
  fhir::Membership contains(std::string_view value_set, const fhir::Coding& coding) const override;
  mutable bool was_unknown = false;

 private:
  const fhir::ValueSets& known_;
};

struct Context {
  Context(const Profiles& known_profiles, const fhir::ValueSets& known_codes, const Plans& compiled,
          Findings& found);
  Context(const Context&) = delete;  // its evaluation refers to it
  Context& operator=(const Context&) = delete;

  const fhir::Definitions& definitions;
  const Profiles& profiles;
  const fhir::ValueSets& value_sets;
  const Plans& plans;
  Findings* findings;
  AskedValueSets asked;
  fhirpath::Evaluation evaluation;
  Scope scope;
  // structure.cpp found nothing. Then an invariant that cannot be evaluated is reported.
  bool has_form = true;
  std::size_t silent = 0;  // number of silent trials around the current check
  std::set<std::pair<const void*, const void*>> conformed;  // value and profile: already reported

  // value and profile: whether it conforms; true during its test
  std::map<std::pair<const void*, const void*>, bool> tried;
  mutable std::unordered_map<const void*, Index> indexes;  // of Bundles and of resources that contain others

  // The elements of a resource that an extension's context selects. Nothing if they cannot be determined.
  // by resource and context
  std::map<std::pair<const void*, const void*>, std::optional<std::set<const void*>>> selected;

  // Makes another resource the scope while it lives.
  class Enter {
   public:
    Enter(Context& context, Scope scope);
    ~Enter();
    Enter(const Enter&) = delete;
    Enter& operator=(const Enter&) = delete;

   private:
    Context& context_;
    Scope before_;
  };
};

// Runs `check` and discards its findings. True if it found no error.
template <class Check>
bool try_silently(Context& context, Check check) {
  Findings trial = Findings::trial();
  Findings* const previous = std::exchange(context.findings, &trial);
  ++context.silent;
  check();
  --context.silent;
  context.findings = previous;
  return trial.errors() == 0;
}

}  // namespace handoff::validation
