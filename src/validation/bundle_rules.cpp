#include "validation/bundle_rules.h"

#include <fmt/format.h>

#include <map>
#include <set>

#include "core/text.h"
#include "fhir/reference.h"
#include "validation/references.h"

namespace handoff::validation {
namespace {

Path entry_path(const Path& bundle, std::size_t index) { return bundle.child("entry", std::uint32_t(index)); }

// If a fullUrl looks like a server's URL ("http://host/fhir/Patient/1"), it must end with the type and id of
// the entry's resource.
void check_full_url(Context& context, const Path& path, json::Value entry) {
  const std::string_view url = entry["fullUrl"].text();
  const json::Value resource = entry["resource"];
  if (!url.starts_with("http") || !resource["id"]) return;
  const std::string local = fhir::local_reference(url);
  const auto parts = fhir::split_reference(local);
  if (!parts || !context.definitions.find_resource(parts->type)) return;
  if (parts->type == resource["resourceType"].text() && parts->id == resource["id"].text()) return;
  context.findings->add(
      path, "value",
      fmt::format("The fullUrl looks like the URL of a resource on a server, but does not end with /{}/{}, "
                  "the resource of this entry.",
                  resource["resourceType"].text(), resource["id"].text()));
}

// How many entries a reference finds by fullUrl, and how many have the type and id that it names.
struct Matches {
  std::size_t by_url = 0, alike = 0;
};

Matches count_matches(const Context& context, std::string_view reference, json::Value entry,
                      json::Value bundle) {
  const std::string local = fhir::local_reference(reference),
                    base = fhir::local_reference(entry["fullUrl"].text());
  const bool is_absolute = reference.find("://") != reference.npos || reference.starts_with("urn:");
  std::string url(reference);
  if (!is_absolute && !base.empty()) {
    const std::string_view own = entry["fullUrl"].text();
    url.insert(0, own.substr(0, own.rfind(base)));
  }
  const Index& index = index_of(context, bundle);
  const auto by_url = index.by_url.find(url);
  const auto by_id = index.by_id.find(local);
  return {.by_url = by_url == index.by_url.end() ? 0 : by_url->second.count,
          .alike = by_id == index.by_id.end() ? 0 : by_id->second.count};
}

// In a document or message a reference must lead to exactly one entry.
void check_link(Context& context, const Path& path, std::string_view reference, json::Value entry,
                json::Value bundle, std::string_view what) {
  if (reference.empty() || reference[0] == '#') return;
  const Matches matches = count_matches(context, reference, entry, bundle);
  const std::string shown(reference.substr(0, utf8_bytes(reference.substr(0, 120))));
  if (matches.by_url > 1)
    context.findings->add(
        path, "value",
        fmt::format("{} entries of this Bundle have the fullUrl that the {} refers to ({}).", matches.by_url,
                    what, shown));
  else if (matches.by_url == 0 && (matches.alike > 0 || reference.starts_with("urn:")))
    context.findings->add(
        path, "not-found",
        fmt::format("The {} refers to {}, which matches no entry's fullUrl{}.", what, shown,
                    matches.alike > 0 ? ", although there is a resource of that type and id" : ""));
}

// The parts of a Composition whose references must lead to a resource of the document (R4 "documents",
// 3.3.1).
struct Content {
  std::string_view element, part, name;
};
constexpr Content of_composition[] = {{"subject", "", "subject"},     {"encounter", "", "encounter"},
                                      {"author", "", "author"},       {"attester", "party", "attester"},
                                      {"custodian", "", "custodian"}, {"event", "detail", "event"}};
constexpr Content of_section[] = {
    {"author", "", "section's author"}, {"focus", "", "section's focus"}, {"entry", "", "section's entry"}};

struct Document {
  Context& context;
  json::Value bundle, entry;  // `entry` holds the Composition

  void check(const Path& owner, json::Value holder, std::span<const Content> contents) const {
    for (const Content& content : contents) each(owner, content.element, holder[content.element], content);
  }
  // `value` is a reference, a list of references, or elements that have the reference in `part`.
  void each(const Path& owner, std::string_view element, json::Value value, const Content& content) const {
    for (std::size_t i = 0; i < value.size() && value.is_array(); ++i)
      one(owner.child(element, std::uint32_t(i)), value.at(i), content);
    if (value.is_object()) one(owner.child(element), value, content);
  }
  void one(const Path& path, json::Value value, const Content& content) const {
    if (!content.part.empty())
      return each(path, content.part, value[content.part], {content.element, "", content.name});
    const std::string_view reference = value["reference"].text();
    if (reference.empty() || reference[0] == '#') return;
    const Matches matches = count_matches(context, reference, entry, bundle);
    if (matches.by_url > 0 || matches.alike > 0 || reference.starts_with("urn:"))
      return check_link(context, path, reference, entry, bundle, content.name);
    context.findings->add(path, "not-found",
                          fmt::format("The {} refers to {}, which is not in this document.", content.name,
                                      reference.substr(0, utf8_bytes(reference.substr(0, 120)))));
  }
  void check_sections(const Path& owner, json::Value sections) const {
    for (std::size_t i = 0; i < sections.size(); ++i) {
      const Path path = owner.child("section", std::uint32_t(i));
      check(path, sections.at(i), of_section);
      check_sections(path, sections.at(i)["section"]);
    }
  }
};

// Only the first entry is the document's own Composition. Other Compositions are content, like any other
// resource.
void check_document(Context& context, const At& at) {
  const json::Value bundle = at.item.value, entry = bundle["entry"].at(0), composition = entry["resource"];
  if (composition["resourceType"].text() != "Composition") return;
  const Path at_entry = entry_path(at.path, 0), path = at_entry.child("resource");
  const Document document{context, bundle, entry};
  document.check(path, composition, of_composition);
  document.check_sections(path, composition["section"]);
}

void check_message(Context& context, const At& at) {
  const json::Value bundle = at.item.value;
  for (std::size_t i = 0; i < bundle["entry"].size(); ++i) {
    const json::Value entry = bundle["entry"].at(i), header = entry["resource"];
    if (header["resourceType"].text() != "MessageHeader") continue;
    const Path at_entry = entry_path(at.path, i), path = at_entry.child("resource");
    for (std::size_t k = 0; k < header["focus"].size(); ++k)
      check_link(context, path.child("focus", std::uint32_t(k)), header["focus"].at(k)["reference"].text(),
                 entry, bundle, "message's focus");
  }
}

// The resource type of a search, from the link "self": "Patient?name=x", "http://host/fhir/Patient?name=x".
std::string_view searched_type(const Context& context, json::Value bundle) {
  for (const json::Value link : bundle["link"].items()) {
    if (link["relation"].text() != "self") continue;
    const std::string_view url = link["url"].text();
    const auto query = url.find('?');
    if (query == url.npos) return {};
    const std::string_view path = url.substr(0, query), type = path.substr(path.rfind('/') + 1);
    return context.definitions.find_resource(type) ? type : std::string_view();
  }
  return {};
}

void check_searchset(Context& context, const At& at) {
  const json::Value bundle = at.item.value;
  const std::string_view type = searched_type(context, bundle);
  for (std::size_t i = 0; i < bundle["entry"].size(); ++i) {
    const json::Value entry = bundle["entry"].at(i), resource = entry["resource"];
    const Path path = entry_path(at.path, i);
    const std::string_view mode = entry["search"]["mode"].text(), name = resource["resourceType"].text();
    if (resource && !resource["id"] && mode != "outcome")
      context.findings->add(path.child("resource"), "required",
                            "A resource that a search gives needs an id.");
    if (!type.empty() && mode == "match" && !name.empty() && name != type && name != "OperationOutcome")
      context.findings->add(path.child("resource"), "value",
                            fmt::format("The search was for {}, but this is {}.", type, name));
    if (!type.empty() && mode.empty() && bundle["entry"].size() == 1 && !name.empty() && name != type &&
        name != "OperationOutcome")
      context.findings->add(path.child("resource"), "value",
                            fmt::format("The search was for {}, but this is {}.", type, name));
  }
}

void check_links(Context& context, const At& at, std::string_view type) {
  constexpr std::string_view of_searches[] = {"first", "previous", "prev", "next", "last"};
  const json::Value links = at.item.value["link"];
  for (std::size_t i = 0; i < links.size(); ++i) {
    const std::string_view relation = links.at(i)["relation"].text();
    const Path path = at.path.child("link", std::uint32_t(i));
    if (type != "searchset" && type != "history" &&
        std::find(std::begin(of_searches), std::end(of_searches), relation) != std::end(of_searches))
      context.findings->add(
          path.child("relation"), "value",
          fmt::format("A link '{}' is only for the pages of a search or history.", relation));
  }
}

void check_duplicates(Context& context, const At& at) {
  const json::Value bundle = at.item.value;
  std::map<std::string_view, std::size_t> ids;
  std::set<std::string> urls;
  const bool is_history = bundle["type"].text() == "history";
  for (std::size_t i = 0; i < bundle["entry"].size(); ++i) {
    const json::Value entry = bundle["entry"].at(i);
    check_full_url(context, entry_path(at.path, i), entry);
    if (const std::string_view full_url = entry["fullUrl"].text(); !full_url.empty() && !is_history)
      if (!urls.insert(std::string(full_url) + " " +
                       std::string(entry["resource"]["meta"]["versionId"].text()))
               .second)
        context.findings->add(entry_path(at.path, i), "invariant",
                              "Another entry has the same fullUrl and version.", "bdl-7");
    const std::string_view url = entry["request"]["url"].text();
    if (entry["request"]["method"].text() == "PUT" && url.find('?') == url.npos &&
        !ids.emplace(url, i).second)
      context.findings->add(entry_path(at.path, i), "duplicate",
                            fmt::format("Two entries of this Bundle update {}.", url));
  }
}

// In a searchset or history an entry may have no identity, for example an OperationOutcome. In the other
// types every entry has one.
void check_identities(Context& context, const At& at, std::string_view type) {
  const bool is_found = type == "searchset" || type == "history";
  if (!is_found && type != "document" && type != "message" && type != "collection") return;
  const json::Value entries = at.item.value["entry"];
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const json::Value entry = entries.at(i), resource = entry["resource"];
    if (!entry["fullUrl"] && resource && (!is_found || resource["id"]) &&
        resource["resourceType"].text() != "OperationOutcome")
      context.findings->add(entry_path(at.path, i), "required",
                            "An entry needs a fullUrl, except in a transaction or batch.");
  }
}

struct TypeRule {
  std::string_view type;
  void (*check)(Context& context, const At& bundle);
};
constexpr TypeRule type_rules[] = {
    {"document", check_document}, {"message", check_message}, {"searchset", check_searchset}};

}  // namespace

void check_bundle(Context& context, const At& bundle) {
  const std::string_view type = bundle.item.value["type"].text();
  check_duplicates(context, bundle);
  check_links(context, bundle, type);
  check_identities(context, bundle, type);
  for (const TypeRule& rule : type_rules)
    if (rule.type == type) rule.check(context, bundle);
}

}  // namespace handoff::validation
