// What the content and the source of a resource say of its sensitivity, at write time: one confidentiality
// code, sensitivities, handling marks, regimes. The labels come from codes (signals.h), words (words.h),
// telling names and the source program. A strong signal labels at once. A weak one labels only with a second
// signal of the same family. Pure.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>

#include "json/value.h"

namespace handoff::consent {

class TellingNames;

// How much of a source 42 CFR Part 2 protects: everything, content of substance use, or nothing. Undeclared
// counts as all.
enum class Part2Posture { undeclared, all, sud_content, none };

struct Source {
  Part2Posture posture = Part2Posture::undeclared;
  bool is_dmh = false;      // 104 CMR 27.17: state mental-health services
  bool is_ma_111e = false;  // M.G.L. c.111E: drug treatment facility
};

// Posture and regimes of an Organization, or of its nearest ancestor by partOf that declares them. `read`
// gives "Organization/x", absent if there is none.
Source source_of(json::Value organization,
                 const std::function<json::Value(std::string_view reference)>& read);

// Codes without their systems, because each code has a fixed system.
struct Labels {
  char confidentiality = 'N';
  std::set<std::string> sensitivities;  // SUD, OPIOIDUD, PSY, HIV, JI, …
  std::set<std::string> marks;          // SAFETYPLAN, INCIDENT, SEALED
  std::set<std::string> regimes;        // 42CFRPart2, MA-HIV, MA-111E, DMH
  bool operator==(const Labels&) const = default;
};

// `read` gives what the resource refers to (a reason, a medication, a facility). Labels that arrived in
// meta.security are kept. `names`: what facilities reveal; a resource of a person gets these families; null:
// nothing. `supported`: families for which a strong signal exists beside the resource.
Labels labels_of(json::Value resource, const Source& source,
                 const std::function<json::Value(std::string_view reference)>& read,
                 const TellingNames* names = nullptr,
                 const std::set<std::string, std::less<>>& supported = {});

// The labels in meta.security. Codes of other systems are left out.
Labels labels_in(json::Value resource);

// Adds to `all` what `more` has: the higher confidentiality, and the union of all sets.
void merge(Labels& all, Labels more);

// `resource` with these labels in meta.security. Codings that arrived keep their place and stay unchanged.
json::Value with_labels(json::Arena& arena, json::Value resource, const Labels& labels);

}  // namespace handoff::consent
