#include "disclosure/document_frame.h"

#include <algorithm>
#include <string>

#include "consent/directive.h"
#include "consent/marks.h"
#include "fhir/reference.h"
#include "narrative/narrative.h"
#include "narrative/tables.h"

namespace handoff::disclosure {
namespace {

using json::Arena;
using json::Member;
using json::Value;

Value list(Arena& arena, const std::vector<Value>& items) {
  return items.empty() ? Value{} : arena.array(items);
}

Value reference_to(Arena& arena, std::string_view reference) {
  const Member members[] = {{"reference", arena.string(reference)}};
  return arena.object(members);
}

Value reference_to(Arena& arena, Value resource) {
  return reference_to(
      arena, std::string(resource["resourceType"].text()) + "/" + std::string(resource["id"].text()));
}

Value section(Arena& arena, std::string_view title, std::string_view div, Value entries) {
  std::vector<Member> members = {{"title", arena.string(title)}, {"text", narrative::generated(arena, div)}};
  if (entries) members.push_back({"entry", entries});
  return arena.object(members);
}

// Removes references to absent resources from some members.
class Pruner {
 public:
  Pruner(Arena& arena, const Contents& contents) : arena_(arena), contents_(contents) {}

  // `member` is a Reference or a list of References.
  Value without_absent(Value element, std::string_view member) const {
    const Value before = element[member];
    if (!before) return element;
    if (!before.is_array()) return is_here(before) ? element : json::with_member(arena_, element, member, {});
    std::vector<Value> kept;
    for (const Value reference : before.items())
      if (is_here(reference)) kept.push_back(reference);
    return kept.size() == before.size() ? element
                                        : json::with_member(arena_, element, member, list(arena_, kept));
  }
  // Does the same for each element of a list. An element is removed if nothing is left, or if it loses a
  // member that is needed.
  Value each_without_absent(Value composition, std::string_view name, std::string_view member,
                            bool is_needed) const {
    std::vector<Value> kept;
    for (const Value element : composition[name].items()) {
      const Value left = without_absent(element, member);
      if (left.size() > 0 && (!is_needed || left.size() == element.size())) kept.push_back(left);
    }
    return composition[name] ? json::with_member(arena_, composition, name, list(arena_, kept)) : composition;
  }

 private:
  // A reference by identifier alone has no target, so it stays.
  bool is_here(Value reference) const {
    const auto literal = reference["reference"].text();
    return literal.empty() || literal.starts_with('#') || contents_.is_here(literal);
  }

  Arena& arena_;
  const Contents& contents_;
};

// Sections with the same title are grouped, in order, with the subjects of their entries.
std::string table_of_contents(Value sections, const Contents& contents) {
  std::vector<std::pair<std::string_view, std::vector<std::string>>> all;
  for (const Value each : sections.items()) {
    const auto title = each["title"].text();
    auto known = std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.first == title; });
    if (known == all.end()) known = all.insert(all.end(), {title, {}});
    for (const Value entry : each["entry"].items())
      if (const Value resource = contents.resolve(fhir::local_reference(entry["reference"].text())))
        known->second.push_back(narrative::headline(resource, contents.resolve));
  }
  std::string out = "<ul>";
  for (const auto& [title, headlines] : all) {
    out += "<li>" + narrative::escaped(title) + (headlines.empty() ? "" : "<ul>");
    for (const std::string& headline : headlines) out += "<li>" + narrative::escaped(headline) + "</li>";
    out += headlines.empty() ? "</li>" : "</ul></li>";
  }
  return out + "</ul>";
}

}  // namespace

Value naming_what_is_here(Arena& arena, Value composition, const Contents& contents) {
  const Pruner pruner(arena, contents);
  for (const char* member : {"subject", "encounter", "author", "custodian"})
    composition = pruner.without_absent(composition, member);
  composition = pruner.each_without_absent(composition, "attester", "party", false);
  composition = pruner.each_without_absent(composition, "relatesTo", "targetReference", true);
  composition = pruner.each_without_absent(composition, "event", "detail", false);
  if (composition["author"].size() > 0) return composition;
  const Member members[] = {{"type", Arena::borrow("Organization")},
                            {"display", Arena::borrow("the organization that sent this")}};
  const Value author[] = {arena.object(members)};
  return json::with_member(arena, composition, "author", arena.array(author));
}

Value section_of(Arena& arena, std::string_view title, const std::vector<Value>& entries,
                 const Contents& contents) {
  std::vector<Value> here, references;
  for (const Value entry : entries) {
    if (!entry) continue;
    here.push_back(entry);
    references.push_back(reference_to(arena, entry));
  }
  return here.empty()
             ? Value{}
             : section(arena, title, narrative::section_div(here, contents.resolve), arena.array(references));
}

Value own_section(Arena& arena, Value whole, const Contents& contents) {
  std::vector<Value> here, references;
  for (const Value entry : whole["entry"].items()) {
    const std::string local = fhir::local_reference(entry["reference"].text());
    const Value resource = contents.resolve(local);
    if (!resource) continue;
    here.push_back(resource);
    references.push_back(reference_to(arena, local));
  }
  if (here.empty() && (whole["entry"] || !whole["text"])) return {};
  Value left = json::with_member(arena, whole, "section", {});
  const Pruner pruner(arena, contents);
  for (const char* member : {"author", "focus"}) left = pruner.without_absent(left, member);
  if (here.empty()) return left;
  left = json::with_member(arena, left, "text",
                           narrative::generated(arena, narrative::section_div(here, contents.resolve)));
  return json::with_member(arena, left, "entry", arena.array(references));
}

Value consent_section(Arena& arena, const std::vector<Value>& consents, const Contents& contents) {
  std::vector<Value> references;
  std::vector<std::string> sentences;
  const auto name = [&](std::string& organization) {
    const std::string found = narrative::who(reference_to(arena, organization), contents.resolve);
    if (!found.empty()) organization = found;
  };
  for (const Value consent : consents) {
    references.push_back(reference_to(arena, consent));
    consent::Directive directive = consent::read_directive(consent);
    std::for_each(directive.organizations.begin(), directive.organizations.end(), name);
    std::for_each(directive.root.actors.begin(), directive.root.actors.end(), name);
    sentences.push_back(consent::scope_statement(directive));
  }
  return consents.empty()
             ? Value{}
             : section(arena, "Consent", narrative::paragraphs_div(sentences), arena.array(references));
}

Value words_section(Arena& arena, std::string_view title, std::string_view words) {
  const std::string paragraphs[] = {std::string(words)};
  return section(arena, title, narrative::paragraphs_div(paragraphs), {});
}

Value with_summary(Arena& arena, Value composition, Value patient, const Contents& contents) {
  using narrative::escaped;
  std::string div =
      std::string(narrative::div_begin) + "<p><b>" + escaped(composition["title"].text()) + "</b>";
  if (const std::string name = narrative::person_words(patient["name"]); !name.empty())
    div += " for " + escaped(name);
  if (const auto born = patient["birthDate"].text(); !born.empty())
    div += ", born " + escaped(narrative::date_words(born));
  div += "</p><p>Dated " + escaped(narrative::date_words(composition["date"].text()));
  const std::string authors = narrative::everybody(composition["author"], contents.resolve);
  if (!authors.empty()) div += ", by " + escaped(authors);
  div += "</p>" + table_of_contents(composition["section"], contents);
  // Every document has the same words, so they do not reveal whether anything was left out.
  div +=
      "<p>What is not listed here is not known to the sender, or is not the recipient's to know.</p></div>";
  return json::with_member(arena, composition, "text", narrative::generated(arena, div));
}

}  // namespace handoff::disclosure
