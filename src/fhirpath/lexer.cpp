#include "fhirpath/lexer.h"

#include <charconv>

namespace handoff::fhirpath {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_name_start(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_name(char c) { return is_name_start(c) || is_digit(c); }

void append_utf8(std::string& out, unsigned code) {
  if (code < 0x80) {
    out += char(code);
  } else if (code < 0x800) {
    out += char(0xC0 | (code >> 6));
    out += char(0x80 | (code & 0x3F));
  } else {
    out += char(0xE0 | (code >> 12));
    out += char(0x80 | ((code >> 6) & 0x3F));
    out += char(0x80 | (code & 0x3F));
  }
}

class Lexer {
 public:
  Lexer(std::string_view text, std::vector<Token>& tokens, Failure& failure) : text_(text), tokens_(tokens), failure_(failure) {}

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
    static constexpr std::string_view symbols[] = {"!=", "!~", "<=", ">=", "(", ")", "[", "]", "{", "}", ".", ",",
                                                   "+",  "-",  "*",  "/",  "&", "|", "=", "~", "<", ">", "%"};
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
    return push(decimal ? TokenKind::decimal : TokenKind::integer, start, std::string(text_.substr(start, at_ - start)));
  }

  // Digits as far as they go, then groups of a separator and digits.
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

  // "Z" or "+hh:mm"; a sign that no such thing follows is an operator.
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
    if (const auto found = from.find(c); c != '\0' && found != std::string_view::npos) {
      value += to[found];
      ++at_;
      return true;
    }
    unsigned code = 0;
    const std::string_view hex = text_.substr(at_ + 2 < text_.size() ? at_ + 2 : text_.size(), 4);
    const auto [end, error] = std::from_chars(hex.data(), hex.data() + hex.size(), code, 16);
    if (c != 'u' || hex.size() != 4 || error != std::errc{} || end != hex.data() + 4) return fail("unknown escape in text", at_);
    append_utf8(value, code);
    at_ += 5;
    return true;
  }

  std::string_view text_;
  std::vector<Token>& tokens_;
  Failure& failure_;
  std::size_t at_ = 0;
};

}  // namespace

bool tokenize(std::string_view text, std::vector<Token>& tokens, Failure& failure) { return Lexer(text, tokens, failure).run(); }

}  // namespace handoff::fhirpath
