#include "tools/shown_narrative.h"

#include <algorithm>
#include <iterator>

#include "fhirpath/narrative.h"

namespace handoff::gateway {
namespace {

constexpr std::string_view blanks = " \t\r\n";
constexpr std::string_view alone[] = {"br", "col", "hr"};        // HTML has no end tag for these
constexpr std::string_view left_out[] = {"area", "img", "map"};  // the words of an image stay
// They become "span": no link target, no font, and no contact of the page's author.
constexpr std::string_view renamed[] = {"a", "font", "address"};

bool contains(const auto& all, std::string_view one) {
  return std::find(std::begin(all), std::end(all), one) != std::end(all);
}

bool is_all(std::string_view text, auto fits) {
  return !text.empty() && text.size() <= 10 && std::all_of(text.begin(), text.end(), fits);
}
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_language(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '-';
}

bool stays(std::string_view name, std::string_view value) {
  if (name == "colspan" || name == "rowspan") return value.size() <= 3 && is_all(value, is_digit);
  if (name == "dir") return value == "ltr" || value == "rtl";
  return name == "lang" && is_all(value, is_language);
}

// Writes the tags that read_narrative() found well-formed: every value is in quotes and holds no '<'.
class Writer {
 public:
  explicit Writer(std::string_view rest) : rest_(rest) {}

  std::string run() {
    while (!rest_.empty()) {
      const auto tag = std::min(rest_.find('<'), rest_.size());
      write_text(rest_.substr(0, tag));
      rest_.remove_prefix(tag);
      if (rest_.starts_with("<!--")) rest_.remove_prefix(rest_.find("-->") + 3);
      else if (!rest_.empty()) write_tag();
    }
    return std::move(out_);
  }

 private:
  // Entities stay, because HTML has those of XML.
  void write_text(std::string_view text) {
    for (const char c : text) {
      if (c == '>') out_ += "&gt;";
      else out_ += c;
    }
  }

  void write_tag() {
    rest_.remove_prefix(1);
    const bool ends = take('/');
    const std::string_view name = take_name();
    std::string attributes, words;
    for (skip_blanks(); !rest_.empty() && rest_[0] != '>' && rest_[0] != '/'; skip_blanks())
      read_attribute(attributes, words);
    const bool is_empty = take('/');
    take('>');
    if (name == "img" && !ends) out_ += words.empty() ? "[image]" : "[image: " + words + "]";
    if (contains(left_out, name)) return;
    const std::string shown(contains(renamed, name) ? "span" : name);
    if (!ends) out_ += "<" + shown + attributes + ">";
    if ((ends || is_empty) && !contains(alone, name)) out_ += "</" + shown + ">";
  }

  void read_attribute(std::string& attributes, std::string& words) {
    const std::string_view name = take_name();
    skip_blanks();
    take('=');
    skip_blanks();
    const auto end = rest_.empty() ? rest_.npos : rest_.find(rest_[0], 1);
    if (end == rest_.npos) return rest_.remove_prefix(rest_.size());
    const std::string_view value = rest_.substr(1, end - 1);
    rest_.remove_prefix(end + 1);
    if (stays(name, value)) attributes.append(" ").append(name).append("=\"").append(value).append("\"");
    if (name == "alt") words = value;
  }

  std::string_view take_name() {
    const auto end = std::min(rest_.find_first_of(" \t\r\n=/>"), rest_.size());
    const auto name = rest_.substr(0, end);
    rest_.remove_prefix(end);
    return name;
  }
  bool take(char c) {
    if (rest_.empty() || rest_[0] != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void skip_blanks() { rest_.remove_prefix(std::min(rest_.find_first_not_of(blanks), rest_.size())); }

  std::string_view rest_;
  std::string out_;
};

}  // namespace

ShownNarrative show_narrative(std::string_view xhtml) {
  fhirpath::Narrative read = fhirpath::read_narrative(xhtml);
  if (read.fault.empty() && !read.says_something) read.fault = "says nothing";
  if (!read.fault.empty()) return {{}, std::move(read.fault)};
  return {Writer(xhtml).run(), {}};
}

std::string escaped_html(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '<') out += "&lt;";
    else if (c == '>') out += "&gt;";
    else if (c == '&') out += "&amp;";
    else if (c == '"') out += "&quot;";
    else if (c == '\'') out += "&#39;";
    else out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return out;
}

}  // namespace handoff::gateway
