// What a resource's content and its source say of its sensitivity, at write time: one confidentiality code, sensitivities,
// handling marks, regimes. Read from ICD-10-CM and RxNorm codes, from codes of our own, and from the source program. A
// strong signal labels at once; a weak one only with a second signal of the same family behind it. Pure.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>

#include "json/value.h"

namespace handoff::consent {

class TellingNames;

// How far 42 CFR Part 2 reaches into a source: everything, what speaks of substance use, nothing; undeclared counts as all.
enum class Part2Posture { undeclared, all, sud_content, none };

struct Source {
  Part2Posture posture = Part2Posture::undeclared;
  bool is_dmh = false;      // 104 CMR 27.17: state mental-health services
  bool is_ma_111e = false;  // M.G.L. c.111E: drug treatment facility
};

// Posture and regimes of an Organization, or of its nearest ancestor by partOf that declares them. `read` gives
// "Organization/x", absent if there is none.
Source source_of(json::Value organization, const std::function<json::Value(std::string_view reference)>& read);

// Codes with their systems left out: which system each belongs to is fixed.
struct Labels {
  char confidentiality = 'N';
  std::set<std::string> sensitivities;  // SUD, OPIOIDUD, PSY, HIV, JI, …
  std::set<std::string> marks;          // SAFETYPLAN, INCIDENT
  std::set<std::string> regimes;        // 42CFRPart2, MA-HIV, MA-111E, DMH
  bool operator==(const Labels&) const = default;
};

// `read` gives what the resource refers to (a reason, a medication, a facility). Labels that arrived in meta.security are kept. `names`:
// what facilities tell, of which a resource of a person carries the families; null: nothing. `supported`: families of which something
// strong stands beside the resource.
Labels labels_of(json::Value resource, const Source& source, const std::function<json::Value(std::string_view reference)>& read,
                 const TellingNames* names = nullptr, const std::set<std::string, std::less<>>& supported = {});

// What meta.security says, codes of other systems left out.
Labels labels_in(json::Value resource);

// Into `all` what `more` has: the higher confidentiality, and all of both.
void merge(Labels& all, Labels more);

// `resource` with its labels in meta.security; codings that arrived stay where they are, as they are.
json::Value with_labels(json::Arena& arena, json::Value resource, const Labels& labels);

}  // namespace handoff::consent
