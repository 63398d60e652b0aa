// What one validation carries through its checks: what is known, what surrounds the element, what was found. One thread.
#pragma once

#include <map>
#include <set>
#include <unordered_map>

#include "fhir/membership.h"
#include "validation/plans.h"
#include "validation/profiles.h"
#include "validation/tree.h"

namespace handoff::validation {

// The resource that is being looked at. A contained one has the container as root.
struct Scope {
  json::Value resource;
  const fhir::Type* type = nullptr;
  json::Value root;
  json::Value bundle;              // the nearest Bundle around it; absent if there is none
  std::string_view full_url = {};  // of its entry there
  const Path* path = nullptr;
  bool is_contained = false;
};

// What a Bundle holds by fullUrl and by "Type/id", and a resource by "#id": made once, for thousands may refer to thousands.
struct Index {
  struct Found {
    json::Value resource;
    std::size_t count = 0;
  };
  std::unordered_map<std::string_view, Found> by_url;  // of contained resources the id
  std::unordered_map<std::string, Found> by_id;
};

// Terminology as FHIRPath asks it, which remembers that something was not known: then a rule that fails only warns.
class AskedValueSets : public fhir::ValueSets {
 public:
  explicit AskedValueSets(const fhir::ValueSets& known) : known_(known) {}
  fhir::Membership contains(std::string_view value_set, const fhir::Coding& coding) const override;
  mutable bool was_unknown = false;

 private:
  const fhir::ValueSets& known_;
};

struct Context {
  Context(const Profiles& known_profiles, const fhir::ValueSets& known_codes, const Plans& compiled, Findings& found);
  Context(const Context&) = delete;  // its evaluation asks it
  Context& operator=(const Context&) = delete;

  const fhir::Definitions& definitions;
  const Profiles& profiles;
  const fhir::ValueSets& value_sets;
  const Plans& plans;
  Findings* findings;
  AskedValueSets asked;
  fhirpath::Evaluation evaluation;
  Scope scope;
  bool has_form = true;    // structure.cpp found nothing: an invariant that fails to evaluate is worth a word
  std::size_t silent = 0;  // how many trials of which nobody hears surround this
  std::set<std::pair<const void*, const void*>> conformed;  // value and profile, told already

  std::map<std::pair<const void*, const void*>, bool> tried;  // value and profile, whether it conforms; true while it is asked
  mutable std::unordered_map<const void*, Index> indexes;     // of Bundles and of resources that contain others

  // Which elements of a resource an extension's context selects; nothing: it cannot be told.
  std::map<std::pair<const void*, const void*>, std::optional<std::set<const void*>>> selected;  // by resource and context

  // For as long as it lives, the scope is another resource.
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

// Runs `check` without telling anybody; true if it found no error.
template <class Check>
bool try_silently(Context& context, Check check) {
  Findings trial = Findings::trial();
  Findings* const told = std::exchange(context.findings, &trial);
  ++context.silent;
  check();
  --context.silent;
  context.findings = told;
  return trial.errors() == 0;
}

}  // namespace handoff::validation
