// A recursive-descent parser for FHIRPath 2.0's grammar. Only brackets and signs nest, and their depth is
// bounded (core/limits.h).
#include <fmt/format.h>

#include <algorithm>

#include "core/limits.h"
#include "core/text.h"
#include "fhirpath/ast.h"
#include "fhirpath/lexer.h"
#include "fhirpath/units.h"

namespace handoff::fhirpath {
namespace {

struct OperatorRow {
  std::string_view text;
  Operator op;
  int level;  // 0 binds least
};

constexpr int type_level = 7, top_level = 10;
constexpr OperatorRow operator_rows[] = {
    {"implies", Operator::implies, 0},
    {"or", Operator::logical_or, 1},
    {"xor", Operator::logical_xor, 1},
    {"and", Operator::logical_and, 2},
    {"in", Operator::in, 3},
    {"contains", Operator::contains, 3},
    {"=", Operator::equal, 4},
    {"~", Operator::equivalent, 4},
    {"!=", Operator::not_equal, 4},
    {"!~", Operator::not_equivalent, 4},
    {"<", Operator::less, 5},
    {">", Operator::greater, 5},
    {"<=", Operator::less_or_equal, 5},
    {">=", Operator::greater_or_equal, 5},
    {"|", Operator::unite, 6},
    {"is", Operator::is, type_level},
    {"as", Operator::as, type_level},
    {"+", Operator::plus, 8},
    {"-", Operator::minus, 8},
    {"&", Operator::concatenate, 8},
    {"*", Operator::times, 9},
    {"/", Operator::divide, 9},
    {"div", Operator::div, 9},
    {"mod", Operator::mod, 9},
};

class Parser {
 public:
  Parser(std::vector<Token> tokens, Failure& failure) : tokens_(std::move(tokens)), failure_(failure) {}

  bool run(Node& root) {
    if (!binary(0, root)) return false;
    return peek().kind == TokenKind::end || fail("an operator or the end");
  }

 private:
  const Token& peek(std::size_t ahead = 0) const {
    return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
  }
  bool is_symbol(std::string_view text) const {
    return peek().kind == TokenKind::symbol && peek().text == text;
  }
  std::size_t last_end() const { return at_ == 0 ? 0 : tokens_[at_ - 1].end; }

  bool fail(std::string_view expected) {
    const Token& found = peek();
    const std::string what =
        found.kind == TokenKind::end ? std::string("the end") : fmt::format("\"{}\"", found.text);
    failure_ = {"syntax", fmt::format("expected {}, found {}", expected, what), found.position};
    return false;
  }

  bool take(std::string_view symbol, std::string_view expected) {
    if (!is_symbol(symbol)) return fail(expected);
    ++at_;
    return true;
  }

  const OperatorRow* operator_at(int level) const {
    if (peek().kind != TokenKind::symbol && peek().kind != TokenKind::identifier) return nullptr;
    for (const OperatorRow& row : operator_rows)
      if (row.level == level && row.text == peek().text) return &row;
    return nullptr;
  }

  // `a op b op c` of one precedence becomes one node.
  bool binary(int level, Node& out) {
    if (level == top_level) return sign(out);
    if (level == type_level) return type_test(out);
    Node first;
    if (!binary(level + 1, first)) return false;
    if (!operator_at(level)) {
      out = std::move(first);
      return true;
    }
    out = {.kind = NodeKind::binary, .position = first.position};
    out.children.push_back(std::move(first));
    while (const OperatorRow* row = operator_at(level)) {
      ++at_;
      out.operators.push_back(row->op);
      if (!binary(level + 1, out.children.emplace_back())) return false;
    }
    out.end = last_end();
    return true;
  }

  bool type_test(Node& out) {
    if (!binary(type_level + 1, out)) return false;
    const std::size_t outer_depth = depth_;
    while (const OperatorRow* row = operator_at(type_level)) {
      if (!deeper()) return false;
      ++at_;
      Node test{.kind = NodeKind::type_test, .position = peek().position};
      test.operators.push_back(row->op);
      if (!name(test.text, "a type")) return false;
      if (is_symbol(".")) {
        ++at_;
        std::string type;
        if (!name(type, "a type")) return false;
        test.text += "." + type;
      }
      test.end = last_end();
      test.children.push_back(std::move(out));
      out = std::move(test);
    }
    depth_ = outer_depth;
    return true;
  }

  bool name(std::string& text, std::string_view expected) {
    if (peek().kind != TokenKind::identifier && peek().kind != TokenKind::quoted_identifier)
      return fail(expected);
    text = peek().text;
    ++at_;
    return true;
  }

  bool deeper() {
    if (++depth_ <= limits::fhirpath_depth_max) return true;
    failure_ = {"syntax", fmt::format("nested deeper than {}", limits::fhirpath_depth_max), peek().position};
    return false;
  }

  bool sign(Node& out) {
    if (!is_symbol("-") && !is_symbol("+")) return chain(out);
    out = {.kind = NodeKind::sign, .position = peek().position, .text = peek().text};
    ++at_;
    if (!deeper() || !sign(out.children.emplace_back())) return false;
    --depth_;
    out.end = last_end();
    return true;
  }

  bool chain(Node& out) {
    Node first;
    if (!term(first)) return false;
    if (!is_symbol(".") && !is_symbol("[")) {
      out = std::move(first);
      return true;
    }
    out = {.kind = NodeKind::chain, .position = first.position};
    out.children.push_back(std::move(first));
    while (is_symbol(".") || is_symbol("[")) {
      const bool subscript = is_symbol("[");
      ++at_;
      Node& link = out.children.emplace_back();
      if (!subscript) {
        if (!invocation(link)) return false;
        continue;
      }
      link.kind = NodeKind::subscript;
      link.position = peek().position;
      if (!nested(link.children.emplace_back()) || !take("]", "\"]\"")) return false;
      link.end = last_end();
    }
    out.end = last_end();
    return true;
  }

  bool nested(Node& out) {
    if (!deeper() || !binary(0, out)) return false;
    --depth_;
    return true;
  }

  // A member, a function call, $this, $index, $total.
  bool invocation(Node& out) {
    out.position = peek().position;
    out.quoted = peek().kind == TokenKind::quoted_identifier;
    if (!name(out.text, "a name")) return false;
    out.kind = NodeKind::member;
    if (!out.quoted && out.text[0] == '$') {
      static constexpr std::pair<std::string_view, NodeKind> words[] = {
          {"$this", NodeKind::self}, {"$index", NodeKind::index}, {"$total", NodeKind::total}};
      const auto is_word = [&](const auto& word) { return word.first == out.text; };
      const auto* word = std::find_if(std::begin(words), std::end(words), is_word);
      if (word == std::end(words)) {
        --at_;
        return fail("$this, $index or $total");
      }
      out.kind = word->second;
    } else if (is_symbol("(")) {
      out.kind = NodeKind::call;
      ++at_;
      if (!arguments(out)) return false;
    }
    out.end = last_end();
    return true;
  }

  bool arguments(Node& out) {
    if (is_symbol(")")) {
      ++at_;
      return true;
    }
    while (true) {
      if (!nested(out.children.emplace_back())) return false;
      if (out.text == "sort") direction(out.children.back());
      if (is_symbol(")")) break;
      if (!take(",", "\",\" or \")\"")) return false;
    }
    ++at_;
    return true;
  }

  // A sort key "x desc" means "-x".
  void direction(Node& key) {
    if (peek().kind != TokenKind::identifier || (peek().text != "asc" && peek().text != "desc")) return;
    if (peek().text == "desc") {
      Node descending{.kind = NodeKind::sign, .position = key.position, .text = "-"};
      descending.children.push_back(std::move(key));
      key = std::move(descending);
    }
    ++at_;
    key.end = last_end();
  }

  bool term(Node& out) {
    const Token& token = peek();
    if (is_symbol("(")) {
      ++at_;
      return nested(out) && take(")", "\")\"");
    }
    if (is_symbol("{")) {
      out = {.kind = NodeKind::empty, .position = token.position};
      ++at_;
      if (!take("}", "\"}\"")) return false;
      out.end = last_end();
      return true;
    }
    if (is_symbol("%")) return variable(out);
    if (token.kind == TokenKind::identifier && (token.text == "true" || token.text == "false"))
      return literal(out, SystemType::boolean);
    if (token.kind == TokenKind::identifier || token.kind == TokenKind::quoted_identifier)
      return invocation(out);
    static constexpr std::pair<TokenKind, SystemType> literals[] = {
        {TokenKind::string, SystemType::string},       {TokenKind::integer, SystemType::integer},
        {TokenKind::decimal, SystemType::decimal},     {TokenKind::date, SystemType::date},
        {TokenKind::date_time, SystemType::date_time}, {TokenKind::time, SystemType::time}};
    for (const auto& [kind, type] : literals)
      if (token.kind == kind) return literal(out, type);
    return fail("an expression");
  }

  bool variable(Node& out) {
    out = {.kind = NodeKind::variable, .position = peek().position};
    ++at_;
    if (peek().kind == TokenKind::string) {
      out.text = peek().text;
      ++at_;
    } else if (!name(out.text, "a variable's name")) {
      return false;
    }
    out.end = last_end();
    return true;
  }

  bool literal(Node& out, SystemType type) {
    out = {.kind = NodeKind::literal, .position = peek().position, .text = peek().text, .literal = type};
    ++at_;
    if (type == SystemType::integer || type == SystemType::decimal) {
      if (peek().kind == TokenKind::string) {
        out.unit = "'" + peek().text;
      } else if (peek().kind == TokenKind::identifier) {
        out.unit = calendar_unit(peek().text);
      }
      if (!out.unit.empty()) {
        out.literal = SystemType::quantity;
        ++at_;
      }
    }
    out.end = last_end();
    return true;
  }

  std::vector<Token> tokens_;
  Failure& failure_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
};

}  // namespace

bool parse(std::string_view text, Node& root, Failure& failure) {
  if (text.size() > limits::fhirpath_expression_bytes_max) {
    failure = {"syntax", fmt::format("longer than {} bytes", limits::fhirpath_expression_bytes_max), 0};
    return false;
  }
  if (const std::size_t whole = utf8_bytes(text); whole != text.size()) {
    failure = {"syntax", "expected UTF-8", whole};
    return false;
  }
  std::vector<Token> tokens;
  return tokenize(text, tokens, failure) && Parser(std::move(tokens), failure).run(root);
}

}  // namespace handoff::fhirpath
