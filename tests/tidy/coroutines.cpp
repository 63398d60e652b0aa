// The forms of co_await that the compilers get right.
#include <algorithm>
#include <optional>

#include "rules.h"

namespace handoff::tidy {
namespace {

constexpr std::string_view openers = "([{", closers = ")]}";

std::size_t matching_close(std::string_view code, std::size_t open) {
  std::size_t depth = 0;
  for (std::size_t i = open; i < code.size(); ++i) {
    if (openers.find(code[i]) != openers.npos) ++depth;
    if (closers.find(code[i]) != closers.npos && --depth == 0) return i;
  }
  return code.size();
}

// True if this '{' opens a block of statements, and not an initializer.
bool opens_block(std::string_view code, std::size_t brace) {
  const std::string_view before = trimmed(code.substr(0, brace));
  if (before.empty() || std::string_view(");{}:").find(before.back()) != std::string_view::npos) return true;
  for (const std::string_view word : {"else", "do", "try", "const", "noexcept", "override", "mutable"})
    if (before.ends_with(word)) return true;
  const auto arrow = before.rfind("->"), paren = before.rfind(')');
  return arrow != before.npos && paren != before.npos &&
         trimmed(before.substr(paren + 1, arrow - paren - 1)).empty();  // lambda with a result
}

// The statement's text before `at`; nothing if `at` is within parentheses, brackets or an initializer.
std::optional<std::string> statement_before(std::string_view code, std::size_t at) {
  std::size_t depth = 0, begin = std::string_view::npos;
  for (std::size_t i = at; i > 0; --i) {
    const char c = code[i - 1];
    if (depth == 0 && begin == code.npos && (c == ';' || c == '}')) begin = i;
    if (closers.find(c) != closers.npos) ++depth;
    if (openers.find(c) == openers.npos) continue;
    if (depth > 0) {
      --depth;
      continue;
    }
    if (c != '{' || !opens_block(code, i - 1)) return std::nullopt;
    if (begin == code.npos) begin = i;
    break;
  }
  return begin == code.npos ? std::nullopt
                            : std::optional(std::string(trimmed(code.substr(begin, at - begin))));
}

std::string_view without_control(std::string_view text) {
  for (bool again = true; again;) {
    again = false;
    for (const std::string_view word : {"else", "do", "if", "while", "for"}) {
      if (!text.starts_with(word) || (text.size() > word.size() && is_word(text[word.size()]))) continue;
      std::string_view rest = trimmed(text.substr(word.size()));
      if (rest.starts_with('(')) rest = trimmed(rest.substr(matching_close(rest, 0) + 1));
      text = rest;
      again = true;
    }
  }
  return text;
}

bool is_named_local(std::string_view text) {  // "auto [a, b] =", "const bool more ="
  if (!text.ends_with('=')) return false;
  text = trimmed(text.substr(0, text.size() - 1));
  if (text.starts_with("[[maybe_unused]]")) text = trimmed(text.substr(16));
  if (text.ends_with(']')) return trimmed(text.substr(0, text.find('['))).ends_with("auto");
  std::size_t name = text.size();
  while (name > 0 && is_word(text[name - 1])) --name;
  const std::string_view type = trimmed(text.substr(0, name));
  return name < text.size() && !type.empty() && std::all_of(type.begin(), type.end(), [](char c) {
           return is_word(c) || std::string_view(":<>,&* ").find(c) != std::string_view::npos;
         });
}

bool begins_lambda(std::string_view code, std::size_t bracket) {
  const std::string_view before = trimmed(code.substr(0, bracket));
  if (code.substr(bracket).starts_with("[[") || (bracket > 0 && code[bracket - 1] == '[')) return false;
  return before.empty() || before.ends_with("return") ||
         (!is_word(before.back()) && before.back() != ')' && before.back() != ']');
}

// Empty if the awaited expression has a permitted form.
std::string fault_of_awaited(std::string_view expression) {
  if (expression.find('{') != expression.npos) return "braces in an awaited call";
  for (std::size_t i = 0; i < expression.size(); ++i)
    if (expression[i] == '[' && begins_lambda(expression, i)) return "a lambda in an awaited call";
  if (trimmed(expression.substr(std::string_view("co_await").size())).starts_with('('))
    return "parentheses around what is awaited";
  std::size_t depth = 0;
  for (std::size_t i = 0; i < expression.size(); ++i) {
    if (openers.find(expression[i]) != openers.npos) ++depth;
    if (closers.find(expression[i]) != closers.npos) --depth;
    for (const std::string_view op : {"&&", "||", "?", "==", "!="})
      if (depth == 0 && expression.substr(i).starts_with(op)) return "an operator on what is awaited";
  }
  return {};
}

}  // namespace

Findings check_coroutines(const Source& file) {
  Findings found;
  const std::string_view code = file.code;
  const auto report = [&](std::size_t at, std::string what) {
    found.push_back({"await", file.path, line_at(code, at), std::move(what)});
  };
  for (const std::size_t at : occurrences(code, "co_await")) {
    const auto before = statement_before(code, at);
    const std::string_view form = before ? without_control(*before) : std::string_view{};
    if (!before || !(form.empty() || form == "co_return" || is_named_local(form))) {
      report(at, "co_await must be a statement, initialize a named local or follow co_return");
      continue;
    }
    if (std::string fault = fault_of_awaited(code.substr(at, code.find(';', at) - at)); !fault.empty())
      report(at, std::move(fault));
  }
  for (std::size_t at = code.find('['); at != code.npos; at = code.find('[', at + 1)) {
    if (!begins_lambda(code, at)) continue;
    const std::size_t close = matching_close(code, at);
    const std::size_t open = code.find('{', close), end = code.find(';', close);
    if (trimmed(code.substr(at + 1, close - at - 1)).empty() || open == code.npos || end < open) continue;
    const std::string_view body = code.substr(open, matching_close(code, open) - open);
    for (const std::string_view word : {"co_await", "co_return", "co_yield"})
      if (!occurrences(body, word).empty()) {
        report(at, "a coroutine must not be a lambda that captures");
        break;
      }
  }
  for (const std::string_view word : {"detached", "awaitable_operators"})
    for (const std::size_t at : occurrences(code, word))
      report(at, std::string(word) + " loses failures or mixes threads");
  return found;
}

}  // namespace handoff::tidy
