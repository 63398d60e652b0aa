#include "fhirpath/narrative.h"

#include <algorithm>
#include <iterator>
#include <vector>

#include "fhirpath/narrative_value.h"

namespace handoff::fhirpath {
namespace {

// Chapters 7 to 11 and 15 of HTML 4.0, as R4 lists them. Sorted.
constexpr std::string_view elements[] = {
    "a",       "abbr",   "acronym", "address", "area",   "b",        "bdo", "big",   "blockquote", "br",
    "caption", "center", "cite",    "code",    "col",    "colgroup", "dd",  "dfn",   "div",        "dl",
    "dt",      "em",     "font",    "h1",      "h2",     "h3",       "h4",  "h5",    "h6",         "hr",
    "i",       "img",    "kbd",     "li",      "map",    "ol",       "p",   "pre",   "q",          "s",
    "samp",    "small",  "span",    "strike",  "strong", "sub",      "sup", "table", "tbody",      "td",
    "tfoot",   "th",     "thead",   "tr",      "tt",     "u",        "ul",  "var"};
constexpr std::string_view attributes[] = {
    "abbr",        "accesskey",   "align",      "alt",      "axis",    "bgcolor", "border",  "cellhalign",
    "cellpadding", "cellspacing", "cellvalign", "char",     "charoff", "charset", "cite",    "class",
    "clear",       "color",       "colspan",    "compact",  "coords",  "dir",     "face",    "frame",
    "headers",     "height",      "href",       "hreflang", "hspace",  "id",      "lang",    "longdesc",
    "name",        "nohref",      "noshade",    "nowrap",   "rel",     "rev",     "rowspan", "rules",
    "scope",       "shape",       "size",       "span",     "src",     "start",   "style",   "summary",
    "tabindex",    "target",      "title",      "type",     "usemap",  "valign",  "value",   "vspace",
    "width",       "xml:lang",    "xml:space",  "xmlns"};
constexpr std::size_t open_max = 128;  // deeper nesting is an attack, not a document

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_forbidden(char c) { return static_cast<unsigned char>(c) < 0x20 && !is_space(c); }
bool is_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ':' || c == '-' ||
         c == '_';
}

template <std::size_t size>
bool knows(const std::string_view (&names)[size], std::string_view name) {
  return std::binary_search(std::begin(names), std::end(names), name);
}

// HTML ends a comment at places where XML does not ("<!-->", "--!>"), and old browsers interpret some
// comments.
bool is_plain_comment(std::string_view text) {
  return !text.starts_with('>') && !text.starts_with("->") && !text.starts_with('[') &&
         !text.ends_with('-') && text.find("--") == text.npos;
}

// One pass over the tags, which ends at the first fault.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  Narrative run() {
    std::string fault = find_fault();
    return {std::move(fault), says_something_};
  }

 private:
  std::string find_fault() {
    if (std::any_of(rest_.begin(), rest_.end(), is_forbidden)) return "has a control character";
    skip_space();
    if (!rest_.starts_with("<div")) return "must be one <div>";
    while (fault_.empty() && !rest_.empty()) {
      const auto tag = rest_.find('<');
      check_text(rest_.substr(0, tag));
      rest_.remove_prefix(std::min(tag, rest_.size()));
      if (!rest_.empty() && fault_.empty()) read_markup();
    }
    if (fault_.empty() && !open_.empty()) return "does not close <" + std::string(open_.back()) + ">";
    return fault_;
  }

  void check_text(std::string_view text) {
    const bool outside = open_.empty();
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (outside && !is_space(text[i])) return refuse("has text outside of its <div>");
      says_something_ |= !is_space(text[i]);
      if (!outside && text[i] == '&' && !decoded_entity(text.substr(i, text.find(';', i) - i + 1)))
        return refuse("has a '&' that does not begin an XML entity; write &amp; or a number such as &#160;");
    }
  }

  void read_markup() {
    if (rest_.starts_with("<!--")) {
      const auto end = rest_.find("-->", 4);
      if (end == rest_.npos) return refuse("has a comment that does not end");
      if (!is_plain_comment(rest_.substr(4, end - 4)))
        return refuse("has a comment that browsers read differently");
      rest_.remove_prefix(end + 3);
    } else if (rest_.starts_with("</")) {
      rest_.remove_prefix(2);
      close(take_name());
    } else {
      rest_.remove_prefix(1);
      open(take_name());
    }
  }

  void open(std::string_view name) {
    if (!knows(elements, name))
      return refuse("has the element <" + std::string(name.substr(0, 20)) + ">, which is not allowed");
    if (open_.empty() && (is_done_ || name != "div")) return refuse("must be one <div>");
    says_something_ |= name == "img";
    bool has_namespace = false;
    attributes_.clear();
    while (fault_.empty() && !rest_.empty() && rest_[0] != '>' && rest_[0] != '/')
      read_attribute(name, has_namespace);
    if (!fault_.empty()) return;
    if (open_.empty() && !has_namespace)
      return refuse("lacks xmlns=\"http://www.w3.org/1999/xhtml\" on its <div>");
    const bool empty = take('/');
    if (!take('>')) return refuse("has a tag that does not end");
    if (!empty) open_.push_back(name);
    if (open_.size() > open_max) refuse("is nested too deeply");
    is_done_ = open_.empty();
  }

  void read_attribute(std::string_view element, bool& has_namespace) {
    skip_space();
    if (rest_.empty() || rest_[0] == '>' || rest_[0] == '/') return;
    const std::string_view name = take_name();
    if (!knows(attributes, name))
      return refuse("has the attribute '" + std::string(name.substr(0, 20)) + "', which is not allowed");
    if (std::find(attributes_.begin(), attributes_.end(), name) != attributes_.end())
      return refuse("has an attribute twice");
    attributes_.push_back(name);
    skip_space();
    if (!take('=')) return refuse("has an attribute without a value");
    skip_space();
    const char quote = rest_.empty() ? '\0' : rest_[0];
    const auto end = quote == '"' || quote == '\'' ? rest_.find(quote, 1) : rest_.npos;
    if (end == rest_.npos) return refuse("has an attribute without quotes");
    const std::string_view value = rest_.substr(1, end - 1);
    if (value.find('<') != value.npos) return refuse("has a '<' within an attribute");
    if (std::string fault = fault_of_attribute(element, name, value); !fault.empty())
      return refuse(std::move(fault));
    has_namespace |= name == "xmlns" && value == "http://www.w3.org/1999/xhtml";
    rest_.remove_prefix(end + 1);
    skip_space();
  }

  void close(std::string_view name) {
    skip_space();
    if (!take('>')) return refuse("has a tag that does not end");
    if (open_.empty() || open_.back() != name)
      return refuse("closes </" + std::string(name.substr(0, 20)) +
                    ">, which is not the element that is open");
    open_.pop_back();
    is_done_ = open_.empty();
  }

  std::string_view take_name() {
    std::size_t size = 0;
    while (size < rest_.size() && is_name(rest_[size])) ++size;
    const auto name = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return name;
  }

  bool take(char c) {
    if (rest_.empty() || rest_[0] != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  void skip_space() {
    while (!rest_.empty() && is_space(rest_[0])) rest_.remove_prefix(1);
  }

  void refuse(std::string fault) { fault_ = std::move(fault); }

  std::string_view rest_;
  std::vector<std::string_view> open_;
  std::vector<std::string_view> attributes_;  // of the tag that is being read
  bool is_done_ = false;
  bool says_something_ = false;
  std::string fault_;
};

}  // namespace

Narrative read_narrative(std::string_view xhtml) { return Reader(xhtml).run(); }

}  // namespace handoff::fhirpath
