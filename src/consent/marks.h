// What goes along with content that a 42 CFR Part 2 consent released: marks, the notice of section 2.32, and in words what
// the consent covers (README.md). Pure.
#pragma once

#include <string>
#include <string_view>

#include "consent/directive.h"
#include "json/value.h"

namespace handoff::consent {

inline constexpr std::string_view notice_extension = "https://handoff.example.org/fhir/StructureDefinition/redisclosure-notice";
inline constexpr std::string_view scope_extension = "https://handoff.example.org/fhir/StructureDefinition/disclosure-scope";

// 42 CFR 2.32(a)(1), the whole statement, and (a)(2), the short one, for where there is little room.
std::string_view redisclosure_notice();
std::string_view short_redisclosure_notice();

// In one sentence: who discloses to whom, for what, what kinds of data, until when, how to revoke. Equal consents give equal
// sentences. Organizations by reference; nothing of the patient.
std::string scope_statement(const Directive& directive);

// `resource` with the marks in meta.security and the short notice and the scope statement (left out if empty) as extensions
// of meta, each once, however often this is asked; what else is there stays.
json::Value with_marks(json::Arena& arena, json::Value resource, std::string_view scope_statement);

}  // namespace handoff::consent
