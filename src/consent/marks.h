// What accompanies content that a 42 CFR Part 2 consent released: marks, the notice of section 2.32, and a
// sentence on what the consent covers (README.md). Pure.
#pragma once

#include <string>
#include <string_view>

#include "consent/directive.h"
#include "json/value.h"

namespace handoff::consent {

inline constexpr std::string_view notice_extension =
    "https://handoff.example.org/fhir/StructureDefinition/redisclosure-notice";
inline constexpr std::string_view scope_extension =
    "https://handoff.example.org/fhir/StructureDefinition/disclosure-scope";

// 42 CFR 2.32(a)(1), the whole statement, and (a)(2), the short one for places with little room.
std::string_view redisclosure_notice();
std::string_view short_redisclosure_notice();

// One sentence: the disclosers, the recipients, for what, what kinds of data, until when, how to revoke.
// Equal consents give equal sentences. Organizations are named by reference; nothing is said of the patient.
std::string scope_statement(const Directive& directive);

// `resource` with the marks in meta.security, and with the short notice and the scope statement as extensions
// of meta. An empty scope statement is left out. Each is there once, however often this is called. What else
// is there stays.
json::Value with_marks(json::Arena& arena, json::Value resource, std::string_view scope_statement);

}  // namespace handoff::consent
