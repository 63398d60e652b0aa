#include "json/writer.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "json/document.h"

namespace handoff::json {

Writer& Writer::key(std::string_view name) {
  assert(open_.ends_with('{') && !has_key_);
  separate();
  quote(name);
  out_ += style_ == Style::spaced ? ": " : ":";
  has_key_ = true;
  return *this;
}

Writer& Writer::text(std::string_view value) {
  before_value();
  quote(value);
  return *this;
}

Writer& Writer::value(Value value) {
  before_value();
  write(value, out_);
  return *this;
}

Writer& Writer::raw(std::string_view json) {
  assert(!json.empty());
  before_value();
  out_ += json;
  return *this;
}

Writer& Writer::new_line(std::size_t indent) {
  assert(!has_key_);
  indent_ = indent;
  return *this;
}

Writer& Writer::begin(char bracket) {
  before_value();
  out_ += bracket;
  open_ += bracket;
  is_first_ = true;
  return *this;
}

Writer& Writer::end([[maybe_unused]] char bracket, char closing) {
  assert(open_.ends_with(bracket) && !has_key_);
  open_.pop_back();
  break_line();
  out_ += closing;
  is_first_ = false;
  return *this;
}

// A value needs a key in an object. Outside of all brackets, only one value may stand.
void Writer::before_value() {
  assert(has_key_ || open_.ends_with('[') || (open_.empty() && is_first_));
  if (!std::exchange(has_key_, false)) separate();
}

void Writer::separate() {
  const bool is_first = std::exchange(is_first_, false);
  if (!is_first) out_ += ',';
  if (indent_) break_line();
  else if (!is_first && style_ == Style::spaced) out_ += ' ';
}

void Writer::break_line() {
  if (!indent_) return;
  out_ += '\n';
  out_.append(*indent_, ' ');
  indent_.reset();
}

// Few texts need escapes. They get those of json::write.
void Writer::quote(std::string_view text) {
  const auto is_escaped = [](char c) {
    return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20;
  };
  if (std::any_of(text.begin(), text.end(), is_escaped)) return write(Arena::borrow(text), out_);
  out_ += '"';
  out_ += text;
  out_ += '"';
}

}  // namespace handoff::json
