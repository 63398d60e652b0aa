#include "tools/document_page.h"

#include <fmt/format.h>

#include <algorithm>

#include "consent/marks.h"
#include "fhir/reference.h"
#include "narrative/words.h"
#include "tools/shown_narrative.h"

namespace handoff::gateway {
namespace {

using json::Value;

// With this head a browser loads, runs and sends nothing, whatever the rest of the page contains.
constexpr const char* head = R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy"
  content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{}</title>
<style>
body {{ font: 16px/1.45 Georgia, serif; color: #111; max-width: 50rem; margin: 2rem auto; padding: 0 1rem }}
h1, h2, h3, h4, h5, h6 {{ font-family: Helvetica, Arial, sans-serif; line-height: 1.2 }}
h1 {{ margin-bottom: .25rem }}
h2 {{ font-size: 1.2rem; margin: 1.5rem 0 .25rem; border-bottom: 1px solid #999 }}
table {{ border-collapse: collapse; width: 100% }}
th, td {{ border: 1px solid #bbb; padding: .25rem .5rem; text-align: left; vertical-align: top }}
th {{ background: #eee }}
.notice {{ border: 3px solid #111; padding: .5rem 1rem; margin: 1rem 0 }}
.notice h2 {{ border: 0; margin-top: 0 }}
.fault {{ color: #900; font-style: italic }}
footer {{ border-top: 1px solid #999; margin-top: 2rem; font-size: .85rem; color: #444 }}
@page {{ margin: 2cm }}
@media print {{
  body {{ font-size: 11pt; max-width: none; margin: 0; padding: 0 }}
  h2, th {{ break-after: avoid }}
  tr, .notice {{ break-inside: avoid }}
}}
</style>
</head>
<body>
)";

constexpr int heading_max = 6;

class Page {
 public:
  explicit Page(Value bundle) : bundle_(bundle), composition_(bundle["entry"].at(0)["resource"]) {}

  std::string write() {
    const auto title = composition_["title"].text();
    out_ = fmt::format(head, escaped_html(title));
    out_ += fmt::format("<header>\n<h1>{}</h1>\n", escaped_html(title));
    const Value subject = read(composition_["subject"]);
    if (const std::string name = narrative::person_words(subject["name"]); !name.empty())
      line("For " + name + born(subject));
    line(listed({narrative::date_words(composition_["date"].text()), authors()}));
    if (const auto status = composition_["status"].text(); status != "final")
      out_ += fmt::format("<p class=\"notice\">This document is not final: its status is \"{}\".</p>\n",
                          escaped_html(status));
    out_ += "</header>\n";
    if (may_not_go_further())
      out_ += fmt::format("<p class=\"notice\"><strong>{}</strong></p>\n",
                          escaped_html(consent::short_redisclosure_notice()));
    part("Summary", composition_["text"], 2);
    if (subject["text"]) part("Whose it is", subject["text"], 2);
    for (const Value section : composition_["section"].items()) this->section(section, 2);
    footer();
    return std::move(out_) + "</body>\n</html>\n";
  }

 private:
  void line(const std::string& text) {
    if (!text.empty()) out_ += "<p>" + escaped_html(text) + "</p>\n";
  }

  // The JSON parser's limit bounds the depth.
  void section(Value section, int level) {
    const auto title = section["title"].text();
    const std::string named = title.empty() ? narrative::concept_words(section["code"]) : std::string(title);
    const bool is_notice = named.starts_with("Notice");
    out_ += is_notice ? "<section class=\"notice\">\n" : "<section>\n";
    part(named.empty() ? "Section" : named, section["text"], level);
    if (const Value reason = section["emptyReason"])
      line("This section is empty: " + narrative::concept_words(reason) + ".");
    for (const Value nested : section["section"].items())
      this->section(nested, std::min(level + 1, heading_max));
    out_ += "</section>\n";
  }

  void part(const std::string& title, Value text, int level) {
    out_ += fmt::format("<h{0}>{1}</h{0}>\n", level, escaped_html(title));
    const ShownNarrative shown = show_narrative(text["div"].text());
    if (!text["div"]) out_ += "<p class=\"fault\">This part has no readable text.</p>\n";
    else if (!shown.fault.empty())
      out_ += fmt::format("<p class=\"fault\">The text is not shown: the narrative {}.</p>\n",
                          escaped_html(shown.fault));
    else out_ += shown.html + "\n";
  }

  void footer() {
    const Value identifier = bundle_["identifier"];
    const auto stated = [this](std::string_view label, const std::string& text) {
      if (!text.empty()) out_ += fmt::format("<p>{}: {}</p>\n", label, escaped_html(text));
    };
    out_ += "<footer>\n";
    stated("Document", std::string(identifier["value"].text()));
    stated("Made", narrative::date_words(bundle_["timestamp"].text()));
    stated("Author", authors());
    out_ += "</footer>\n";
  }

  bool may_not_go_further() const {
    const auto marks = bundle_["meta"]["security"].items();
    return std::any_of(marks.begin(), marks.end(), [](Value mark) {
      return mark["code"].text() == "NORDSCLCD" || mark["code"].text() == "RedisclosureProhibitionMark";
    });
  }

  static std::string born(Value person) {
    const std::string day = narrative::date_words(person["birthDate"].text());
    return day.empty() ? day : ", born " + day;
  }
  static std::string listed(const std::vector<std::string>& all) {
    std::string text;
    for (const std::string& one : all)
      if (!one.empty()) text += (text.empty() ? "" : ", by ") + one;
    return text;
  }
  std::string authors() const {
    return narrative::everybody(composition_["author"],
                                [this](std::string_view reference) { return find(reference); });
  }
  Value read(Value reference) const { return find(fhir::local_reference(reference["reference"].text())); }
  Value find(std::string_view reference) const {
    for (const Value entry : bundle_["entry"].items()) {
      const Value resource = entry["resource"];
      if (!reference.empty() &&
          std::string(resource["resourceType"].text()) + "/" + std::string(resource["id"].text()) ==
              reference)
        return resource;
    }
    return {};
  }

  Value bundle_, composition_;
  std::string out_;
};

}  // namespace

Result<std::string> document_page(Value bundle) {
  if (bundle["resourceType"].text() != "Bundle") return problem(Kind::incorrect, "this is not a Bundle");
  if (bundle["type"].text() != "document")
    return problem(Kind::incorrect, "this Bundle is not a document: its type must be document",
                   "Bundle.type");
  if (bundle["entry"].at(0)["resource"]["resourceType"].text() != "Composition")
    return problem(Kind::incorrect, "the first entry of a document must be its Composition",
                   "Bundle.entry[0]");
  return Page(bundle).write();
}

}  // namespace handoff::gateway
