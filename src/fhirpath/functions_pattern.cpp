// Regular expressions (FHIRPath 2.0 section 5.6: matches, replaceMatches). Patterns are RE2's, so no input
// can make them slow. Back references and look-around are refused.
#include <re2/re2.h>

#include "core/limits.h"
#include "core/number.h"
#include "fhirpath/functions.h"

namespace handoff::fhirpath {
namespace {

constexpr int groups_max = 16;

re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }

// A literal pattern is compiled with the expression. Any other pattern is compiled here and costs steps by
// the size of its program.
bool with_pattern(const Call& call, std::string_view& text, std::shared_ptr<const re2::RE2>& pattern) {
  if (!input_text(call, text) || !call.spend_text(text.size())) return false;
  pattern = call.step.pattern;
  if (pattern) return true;
  std::string_view source;
  if (!argument_text(call, 0, source)) return false;
  pattern = compile_pattern(source);
  if (!pattern->ok()) return call.fail("malformed regular expression: " + pattern->error());
  return call.spend(std::size_t(std::max(pattern->ProgramSize(), 100)));
}

bool matches(const Call& call) {
  std::string_view text;
  std::shared_ptr<const re2::RE2> pattern;
  if (!with_pattern(call, text, pattern)) return nothing(call);
  return call.give(RE2::PartialMatch(piece(text), *pattern));
}

bool matches_full(const Call& call) {
  std::string_view text;
  std::shared_ptr<const re2::RE2> pattern;
  if (!with_pattern(call, text, pattern)) return nothing(call);
  return call.give(RE2::FullMatch(piece(text), *pattern));
}

// The group that a substitution names by "$1", "${1}" or "${name}"; -1 if there is none. "$name" names no
// group. `at` moves behind the group.
int group_at(std::string_view substitution, std::size_t& at, const re2::RE2& pattern) {
  std::string_view name = substitution.substr(at + 1);
  const bool braces = name.starts_with('{');
  if (braces) name = name.substr(1, name.find('}') - 1);
  if (!braces) name = name.substr(0, name.find_first_not_of("0123456789"));
  const auto named = pattern.NamedCapturingGroups().find(std::string(name));
  const bool is_named = named != pattern.NamedCapturingGroups().end();
  const int group = is_named ? named->second : parse_number<int>(name).value_or(-1);
  if (group < 0 || group > pattern.NumberOfCapturingGroups() || group >= groups_max) return -1;
  at += name.size() + (braces ? 3 : 1);
  return group;
}

void append_substitution(std::string& result, std::string_view substitution, const re2::RE2& pattern,
                         const re2::StringPiece* groups) {
  for (std::size_t at = 0; at < substitution.size();) {
    const int group =
        substitution[at] == '$' && at + 1 < substitution.size() ? group_at(substitution, at, pattern) : -1;
    if (group >= 0) result.append(groups[group].data() ? groups[group].data() : "", groups[group].size());
    else result += substitution[at++];
  }
}

// False if the result is too long.
bool replace_all(const Call& call, std::string_view text, const re2::RE2& pattern,
                 std::string_view substitution, std::string& result) {
  const int groups = std::min(pattern.NumberOfCapturingGroups() + 1, groups_max);
  re2::StringPiece found[groups_max];
  std::size_t at = 0;
  while (at <= text.size() && pattern.Match(piece(text), at, text.size(), RE2::UNANCHORED, found, groups)) {
    const std::size_t first = std::size_t(found[0].data() - text.data());
    result.append(text.substr(at, first - at));
    append_substitution(result, substitution, pattern, found);
    at = first + found[0].size();
    if (found[0].empty()) {  // go on behind the next character
      const std::size_t next = at;
      for (++at; at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80;) ++at;
      if (next < text.size()) result.append(text.substr(next, at - next));
    }
    if (!call.spend(1) ||
        (result.size() > limits::fhirpath_text_bytes_max && !call.spend_text(result.size())))
      return false;
  }
  if (at < text.size()) result.append(text.substr(at));
  return true;
}

bool replace_matches(const Call& call) {
  std::string_view text, substitution;
  std::shared_ptr<const re2::RE2> pattern;
  if (!with_pattern(call, text, pattern) || !argument_text(call, 1, substitution)) return nothing(call);
  std::string result(pattern->pattern().empty() ? text : std::string_view());
  if (!pattern->pattern().empty() && !replace_all(call, text, *pattern, substitution, result)) return false;
  return call.give(std::string_view(result));
}

// Other engines write a named group as "(?<name>", RE2 as "(?P<name>".
std::string renamed(std::string_view source) {
  std::string pattern;
  bool escaped = false;
  for (std::size_t i = 0; i < source.size(); ++i) {
    pattern += source[i];
    const std::string_view rest = source.substr(i + 1);
    if (!escaped && source[i] == '(' && rest.starts_with("?<") && !rest.starts_with("?<=") &&
        !rest.starts_with("?<!")) {
      pattern += "?P";
      ++i;
    }
    escaped = !escaped && source[i] == '\\';
  }
  return pattern;
}

constexpr auto text = Takes::text;
constexpr Builtin table[] = {
    {"matches", 1, 1, 0, text, Gives::boolean, matches},
    {"matchesFull", 1, 1, 0, text, Gives::boolean, matches_full},
    {"replaceMatches", 2, 2, 0, text, Gives::string, replace_matches},
};

}  // namespace

std::shared_ptr<const re2::RE2> compile_pattern(std::string_view source) {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_dot_nl(true);
  return std::make_shared<const RE2>(renamed(source), options);
}

std::span<const Builtin> pattern_functions() { return table; }

}  // namespace handoff::fhirpath
