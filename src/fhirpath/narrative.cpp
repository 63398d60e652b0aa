#include "fhirpath/narrative.h"

#include <algorithm>
#include <vector>

namespace handoff::fhirpath {
namespace {

constexpr std::string_view blanks = " \t\r\n";

// Chapters 7 to 11 and 15 of HTML 4.0 as txt-1 has them, with links and images.
constexpr std::string_view elements[] = {
    "a",        "abbr",  "acronym", "address", "area",  "b",  "bdo",   "big", "blockquote", "br",   "caption", "cite", "code",   "col",
    "colgroup", "dd",    "dfn",     "div",     "dl",    "dt", "em",    "h1",  "h2",         "h3",   "h4",      "h5",   "h6",     "hr",
    "i",        "img",   "kbd",     "li",      "map",   "ol", "p",     "pre", "q",          "samp", "small",   "span", "strong", "sub",
    "sup",      "table", "tbody",   "td",      "tfoot", "th", "thead", "tr",  "tt",         "ul",   "var"};

constexpr std::string_view attributes[] = {
    "abbr",   "accesskey", "align",    "alt",    "axis",     "border",    "cellpadding", "cellspacing", "char",  "charoff",
    "cite",   "class",     "colspan",  "coords", "dir",      "frame",     "headers",     "height",      "href",  "hreflang",
    "id",     "lang",      "longdesc", "name",   "nohref",   "rel",       "rev",         "rowspan",     "rules", "scope",
    "shape",  "span",      "src",      "start",  "style",    "summary",   "tabindex",    "target",      "title", "type",
    "usemap", "valign",    "value",    "width",  "xml:lang", "xml:space", "xmlns"};

template <std::size_t Count>
bool is_in(const std::string_view (&names)[Count], std::string_view name) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

class Reader {
 public:
  explicit Reader(std::string_view rest) : rest_(rest) {}

  bool run() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(blanks), rest_.size()));
    if (!rest_.starts_with("<div")) return false;
    bool closed = false;  // behind the outermost div only blanks may stand
    while (!rest_.empty()) {
      const std::size_t text = std::min(rest_.find('<'), rest_.size());
      const bool says_something = rest_.substr(0, text).find_first_not_of(blanks) != std::string_view::npos;
      if (closed && (says_something || text < rest_.size())) return false;
      readable_ = readable_ || says_something;
      rest_.remove_prefix(text);
      if (!rest_.empty() && !markup()) return false;
      closed = open_.empty();
    }
    return closed && readable_;
  }

 private:
  bool skip_behind(std::string_view end) {
    const std::size_t at = rest_.find(end);
    if (at == std::string_view::npos) return false;
    rest_.remove_prefix(at + end.size());
    return true;
  }

  bool markup() {
    if (rest_.starts_with("<!--")) return skip_behind("-->");
    if (!rest_.starts_with("</")) return element();
    rest_.remove_prefix(2);
    if (open_.empty() || !rest_.starts_with(open_.back())) return false;
    rest_.remove_prefix(open_.back().size());
    open_.pop_back();
    rest_.remove_prefix(std::min(rest_.find_first_not_of(blanks), rest_.size()));
    return take(">");
  }

  bool take(std::string_view text) {
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }

  std::string_view name() {
    const std::string_view found = rest_.substr(0, rest_.find_first_of(" \t\r\n/>=\"'<"));
    rest_.remove_prefix(found.size());
    return found;
  }

  bool element() {
    rest_.remove_prefix(1);
    const std::string_view tag = name();
    if (!is_in(elements, tag)) return false;
    readable_ = readable_ || tag == "img";
    while (true) {
      const std::size_t blank = std::min(rest_.find_first_not_of(blanks), rest_.size());
      rest_.remove_prefix(blank);
      if (take("/>")) return true;
      if (take(">")) {
        open_.push_back(tag);
        return true;
      }
      if (blank == 0 || !attribute()) return false;
    }
  }

  bool attribute() {
    if (!is_in(attributes, name()) || !take("=") || rest_.empty()) return false;
    const char quote = rest_[0];
    if (quote != '"' && quote != '\'') return false;
    const std::size_t end = rest_.find(quote, 1);
    if (end == std::string_view::npos || rest_.substr(0, end).find('<') != std::string_view::npos) return false;
    rest_.remove_prefix(end + 1);
    return true;
  }

  std::string_view rest_;
  std::vector<std::string_view> open_;
  bool readable_ = false;
};

}  // namespace

bool is_narrative(std::string_view div) { return Reader(div).run(); }

}  // namespace handoff::fhirpath
