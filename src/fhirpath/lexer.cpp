#include "fhirpath/lexer.h"

#include <charconv>

namespace handoff::fhirpath {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_name_start(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_name(char c) { return is_name_start(c) || is_digit(c); }

void append_utf8(std::string& out, unsigned code) {
  const auto tail = [&](int shift) { out += char(0x80 | ((code >> shift) & 0x3F)); };
  if (code < 0x80) {
    out += char(code);
  } else if (code < 0x800) {
    out += char(0xC0 | (code >> 6));
    tail(0);
  } else if (code < 0x10000) {
    out += char(0xE0 | (code >> 12));
    tail(6), tail(0);
  } else {
    out += char(0xF0 | (code >> 18));
    tail(12), tail(6), tail(0);
  }
}

bool is_high_surrogate(unsigned code) { return code >= 0xD800 && code < 0xDC00; }
bool is_low_surrogate(unsigned code) { return code >= 0xDC00 && code < 0xE000; }

class Lexer {
 public:
  Lexer(std::string_view text, std::vector<Token>& tokens, Failure& failure)
      : text_(text), tokens_(tokens), failure_(failure) {}

  bool run() {
    while (true) {
      if (!skip_blanks()) return false;
      const std::size_t start = at_;
      if (at_ == text_.size()) return push(TokenKind::end, start, {});
      if (!next()) return false;
    }
  }

 private:
  char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }

  bool fail(std::string message, std::size_t position) {
    failure_ = {"syntax", std::move(message), position};
    return false;
  }

  bool push(TokenKind kind, std::size_t start, std::string text) {
    tokens_.push_back({kind, start, at_, std::move(text)});
    return true;
  }

  bool skip_blanks() {
    while (at_ < text_.size()) {
      const char c = peek();
      if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
        ++at_;
      } else if (c == '/' && peek(1) == '/') {
        while (at_ < text_.size() && peek() != '\n') ++at_;
      } else if (c == '/' && peek(1) == '*') {
        const std::size_t end = text_.find("*/", at_ + 2);
        if (end == std::string_view::npos) return fail("comment without end", at_);
        at_ = end + 2;
      } else {
        break;
      }
    }
    return true;
  }

  bool next() {
    const char c = peek();
    const std::size_t start = at_;
    if (is_digit(c)) return number(start);
    if (c == '\'') return quoted(TokenKind::string, start);
    if (c == '`' || c == '"') return quoted(TokenKind::quoted_identifier, start);
    if (c == '@') return temporal(start);
    if (is_name_start(c) || (c == '$' && is_name_start(peek(1)))) {
      do ++at_;
      while (is_name(peek()));
      return push(TokenKind::identifier, start, std::string(text_.substr(start, at_ - start)));
    }
    return symbol(start);
  }

  bool symbol(std::size_t start) {
    static constexpr std::string_view symbols[] = {"!=", "!~", "<=", ">=", "(", ")", "[", "]",
                                                   "{",  "}",  ".",  ",",  "+", "-", "*", "/",
                                                   "&",  "|",  "=",  "~",  "<", ">", "%"};
    for (const std::string_view s : symbols) {
      if (!text_.substr(at_).starts_with(s)) continue;
      at_ += s.size();
      return push(TokenKind::symbol, start, std::string(s));
    }
    return fail("unexpected character", start);
  }

  void digits() {
    while (is_digit(peek())) ++at_;
  }

  bool number(std::size_t start) {
    digits();
    const bool decimal = peek() == '.' && is_digit(peek(1));
    if (decimal) {
      ++at_;
      digits();
    }
    return push(decimal ? TokenKind::decimal : TokenKind::integer, start,
                std::string(text_.substr(start, at_ - start)));
  }

  // A separator and the digits behind it, if both are there.
  void group(char separator) {
    if (peek() == separator && is_digit(peek(1))) {
      ++at_;
      digits();
    }
  }

  void time_of_day() {
    digits();
    group(':');
    group(':');
    group('.');
  }

  // "Z" or "+hh:mm". A sign without hh: behind it is an operator.
  void offset() {
    if (peek() == 'Z') {
      ++at_;
    } else if ((peek() == '+' || peek() == '-') && is_digit(peek(1)) && is_digit(peek(2)) && peek(3) == ':') {
      at_ = std::min(at_ + 6, text_.size());
    }
  }

  bool temporal(std::size_t start) {
    ++at_;
    TokenKind kind = TokenKind::date;
    if (peek() == 'T') {
      ++at_;
      time_of_day();
      kind = TokenKind::time;
    } else {
      digits();
      group('-');
      group('-');
      if (peek() == 'T') {
        ++at_;
        kind = TokenKind::date_time;
        time_of_day();
      }
    }
    if (kind != TokenKind::date) offset();
    return push(kind, start, std::string(text_.substr(start + 1, at_ - start - 1)));
  }

  bool quoted(TokenKind kind, std::size_t start) {
    const char quote = peek();
    std::string value;
    for (++at_; at_ < text_.size() && peek() != quote; ++at_) {
      if (peek() != '\\') {
        value += peek();
      } else if (!escape(value)) {
        return false;
      }
    }
    if (at_ == text_.size()) return fail("text without closing quote", start);
    ++at_;
    return push(kind, start, std::move(value));
  }

  bool escape(std::string& value) {
    static constexpr std::string_view from = "'\"`\\/fnrt", to = "'\"`\\/\f\n\r\t";
    const char c = peek(1);
    if (const auto at = from.find(c); c != '\0' && at != std::string_view::npos) {
      value += to[at];
      ++at_;
      return true;
    }
    unsigned code = 0, low = 0;
    const bool found = unicode(at_, code);
    if (!found || is_low_surrogate(code)) return fail("unknown escape in text", at_);
    if (is_high_surrogate(code)) {  // two escapes for one character
      if (!unicode(at_ + 6, low) || !is_low_surrogate(low)) return fail("half a character in text", at_);
      code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
      at_ += 6;
    }
    append_utf8(value, code);
    at_ += 5;
    return true;
  }

  // An escape of four hexadecimal digits.
  bool unicode(std::size_t at, unsigned& code) const {
    const std::string_view escape = text_.substr(std::min(at, text_.size()), 6);
    if (escape.size() != 6 || !escape.starts_with("\\u")) return false;
    const auto [end, error] = std::from_chars(escape.data() + 2, escape.data() + 6, code, 16);
    return error == std::errc{} && end == escape.data() + 6;
  }

  std::string_view text_;
  std::vector<Token>& tokens_;
  Failure& failure_;
  std::size_t at_ = 0;
};

}  // namespace

bool tokenize(std::string_view text, std::vector<Token>& tokens, Failure& failure) {
  return Lexer(text, tokens, failure).run();
}

}  // namespace handoff::fhirpath
