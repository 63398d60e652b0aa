// Writes JSON as text. No caller writes a comma, a quote or an escape by hand.
#pragma once

#include <concepts>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "json/value.h"

namespace handoff::json {

enum class Style {
  compact,  // as json::write
  spaced,   // a space after each comma and colon, for texts that people read
};

// Appends one value to a text, which must outlive the writer. Escapes are those of json::write. A call in the
// wrong place is a programmer's error, and an assertion stops it. The caller may take the text at any time
// and leave an empty one. The next call goes on there.
class Writer {
 public:
  explicit Writer(std::string& out, Style style = Style::compact) : out_(out), style_(style) {}
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  Writer& begin_object() { return begin('{'); }
  Writer& end_object() { return end('{', '}'); }
  Writer& begin_array() { return begin('['); }
  Writer& end_array() { return end('[', ']'); }

  // In an object: the key of the next value. Keys must differ; nobody checks that.
  Writer& key(std::string_view name);

  Writer& text(std::string_view value);
  template <std::integral Number>
    requires(!std::same_as<Number, bool>)
  Writer& number(Number value) {
    return raw(std::to_string(value));
  }
  Writer& boolean(bool truth) { return raw(truth ? "true" : "false"); }
  Writer& null() { return raw("null"); }
  Writer& value(Value value);
  // A text that is one JSON value already. It is not checked, and not empty.
  Writer& raw(std::string_view json);

  // An array of texts.
  template <class Texts>
  Writer& texts(const Texts& all) {
    begin_array();
    for (const auto& each : all) text(each);
    return end_array();
  }

  // The next key, value or end stands on a new line, with so many spaces before it.
  Writer& new_line(std::size_t indent);

 private:
  Writer& begin(char bracket);
  Writer& end(char bracket, char closing);
  void before_value();
  void separate();
  void break_line();
  void quote(std::string_view text);

  std::string& out_;
  const Style style_;
  std::string open_;  // the brackets that are not closed yet
  std::optional<std::size_t> indent_;
  bool is_first_ = true;  // nothing stands before the next key or value
  bool has_key_ = false;  // a key waits for its value
};

}  // namespace handoff::json
