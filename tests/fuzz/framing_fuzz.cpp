// Compares the requests from a connection's bytes with an independent strict reading of RFC 9112. The strict
// reading matches whole texts with patterns from the grammar; net/framing.h goes byte by byte. They must
// agree on every request, on its end, and on the place where the bytes are refused.
#include <re2/re2.h>

#include <optional>

#include "core/text.h"
#include "net/framing.h"
#include "targets.h"

namespace handoff::fuzz {
namespace {

using net::RequestFraming;

constexpr std::size_t body_bytes_max = 1u << 20;
constexpr int requests_max = 20;

enum class Verdict { whole, more, refused };

struct Read {
  Verdict verdict = Verdict::refused;
  net::Request request = {};
  std::size_t bytes = 0;
  bool is_last = false;
};

// The grammar of RFC 9110, section 5.6, and RFC 9112, sections 3, 5 and 7.1.
const std::string token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const std::string blanks = "[ \\t]*";
const std::string value =
    "(?:[\\x21-\\x7e\\x80-\\xff](?:[ \\t\\x21-\\x7e\\x80-\\xff]*[\\x21-\\x7e\\x80-\\xff])?)?";
const std::string field = "(" + token + "):" + blanks + "(" + value + ")" + blanks + "\\r\\n";
const std::string host = "(?:\\[[0-9A-Za-z._~%!$&'()*+,;=:-]+\\]|[0-9A-Za-z._~%!$&'()*+,;=-]+)(?::[0-9]*)?";
const std::string quoted =
    "\"(?:[\\t \\x21\\x23-\\x5b\\x5d-\\x7e\\x80-\\xff]|\\\\[\\t \\x21-\\x7e\\x80-\\xff])*\"";
const std::string extension =
    blanks + ";" + blanks + token + "(?:" + blanks + "=" + blanks + "(?:" + token + "|" + quoted + "))?";

const re2::RE2& pattern(const std::string& text) {
  static std::map<std::string, std::unique_ptr<re2::RE2>> known;
  auto& made = known[text];
  if (!made) made = std::make_unique<re2::RE2>(text, re2::RE2::Latin1);
  require(made->ok(), "a pattern of the reading is wrong");
  return *made;
}

template <class... Parts>
bool matches(std::string_view text, const std::string& whole, Parts*... parts) {
  return re2::RE2::FullMatch(re2::StringPiece(text.data(), text.size()), pattern(whole), parts...);
}

std::vector<std::string> all_of(const net::Headers& fields, std::string_view name) {
  std::vector<std::string> values;
  for (const auto& [given, text] : fields)
    if (net::equal_ignoring_case(given, name)) values.push_back(text);
  return values;
}

// The target without scheme and authority; nothing if no served form fits.
std::optional<std::string> origin(const std::string& method, const std::string& target) {
  std::string rest;
  if (matches(target, "/[\\x21\\x22\\x24-\\x7e]*")) return target;
  if (method == "OPTIONS" && target == "*") return target;
  if (matches(target, "(?i:https?)://" + host + "((?:[/?][\\x21\\x22\\x24-\\x7e]*)?)", &rest))
    return rest.starts_with('/') ? rest : "/" + rest;
  return std::nullopt;
}

Read chunks(std::string_view rest, Read read) {
  for (;;) {
    const auto end = rest.find("\r\n");
    if (end == rest.npos) return read.verdict = Verdict::more, read;
    std::string digits;
    if (!matches(rest.substr(0, end), "([0-9A-Fa-f]+)(?:" + extension + ")*", &digits)) return {};
    digits.erase(0, digits.find_first_not_of('0'));
    if (digits.size() > 16) return {};
    const std::uint64_t size = digits.empty() ? 0 : std::stoull(digits, nullptr, 16);
    read.bytes += end + 2;
    rest.remove_prefix(end + 2);
    if (size == 0) break;
    if (size > rest.size()) return read.verdict = Verdict::more, read;
    read.request.body += rest.substr(0, size);
    rest.remove_prefix(size);
    if (rest.size() < 2) return read.verdict = Verdict::more, read;
    if (!rest.starts_with("\r\n")) return {};
    rest.remove_prefix(2);
    read.bytes += size + 2;
  }
  const auto end = rest.starts_with("\r\n") ? std::size_t(0) : rest.find("\r\n\r\n");
  if (end == rest.npos) return read.verdict = Verdict::more, read;
  if (end > 0 && !matches(rest.substr(0, end + 2), "(?:" + field + ")*")) return {};
  read.bytes += end + (end > 0 ? 4 : 2);
  read.verdict = Verdict::whole;
  return read;
}

Read body(std::string_view rest, Read read, bool is_old) {
  const auto codings = all_of(read.request.headers, "Transfer-Encoding"),
             lengths = all_of(read.request.headers, "Content-Length");
  if (!codings.empty()) {
    if (is_old || codings.size() > 1 || !lengths.empty() || !net::equal_ignoring_case(codings[0], "chunked"))
      return {};
    return chunks(rest, std::move(read));
  }
  read.verdict = Verdict::whole;
  if (lengths.empty()) return read;
  if (lengths.size() > 1 || !matches(lengths[0], "[0-9]+")) return {};
  const std::string digits =
      lengths[0].substr(std::min(lengths[0].find_first_not_of('0'), lengths[0].size()));
  const std::uint64_t size = digits.size() > 15 ? UINT64_MAX : digits.empty() ? 0 : std::stoull(digits);
  if (size > rest.size()) return read.verdict = Verdict::more, read;
  read.request.body = rest.substr(0, size);
  read.bytes += size;
  return read;
}

// Reads one request at the front of `text`.
Read read_strictly(std::string_view text) {
  Read read;
  if (text.starts_with("\r\n")) read.bytes = 2, text.remove_prefix(2);
  const auto end = text.find("\r\n\r\n");
  if (end == text.npos) return read.verdict = Verdict::more, read;
  const std::string_view head = text.substr(0, end + 2);
  const auto line_end = head.find("\r\n");
  std::string target, major, minor;
  if (!matches(head.substr(0, line_end), "(" + token + ") ([\\x21-\\x7e]+) HTTP/([0-9])\\.([0-9])",
               &read.request.method, &target, &major, &minor))
    return {};
  const auto path = origin(read.request.method, target);
  if (major != "1" || !path) return {};
  read.request.target = *path;
  for (std::string_view fields = head.substr(line_end + 2); !fields.empty();) {
    const auto field_end = fields.find("\r\n") + 2;
    std::string name, text_of;
    if (!matches(fields.substr(0, field_end), field, &name, &text_of)) return {};
    read.request.headers.emplace_back(name, text_of);
    fields.remove_prefix(field_end);
  }
  const bool is_old = minor == "0";
  const auto hosts = all_of(read.request.headers, "Host"), expected = all_of(read.request.headers, "Expect");
  if (hosts.size() > 1 || (hosts.empty() && !is_old) || (!hosts.empty() && !matches(hosts[0], host)))
    return {};
  if (expected.size() > 1 ||
      (!expected.empty() && !is_old && !net::equal_ignoring_case(expected[0], "100-continue")))
    return {};
  for (const char* single : {"Authorization", "Content-Type", "Content-Length", "Transfer-Encoding"})
    if (all_of(read.request.headers, single).size() > 1) return {};
  read.bytes += head.size() + 2;
  read.is_last = is_old;
  for (const std::string& list : all_of(read.request.headers, "Connection"))
    for (const auto item : split(list, ',')) read.is_last |= matches(item, blanks + "(?i:close)" + blanks);
  return body(text.substr(head.size() + 2), std::move(read), is_old);
}

Read read_by_framing(std::string_view text, std::size_t step) {
  RequestFraming framing;
  Read read;
  bool allowed = false;
  while (read.bytes < text.size() && framing.state() != RequestFraming::State::complete &&
         framing.state() != RequestFraming::State::refused) {
    read.bytes += framing.take(text.substr(read.bytes, step));
    if (framing.state() == RequestFraming::State::body && !std::exchange(allowed, true))
      framing.allow_body(body_bytes_max);
    require(framing.body_bytes() <= body_bytes_max, "a body is longer than it may be");
  }
  const auto state = framing.state();
  const unsigned status = framing.fault().status;
  require((state == RequestFraming::State::refused) == (status >= 400), "a refusal without a status");
  require((status == 0) == framing.fault().what.empty(), "a refusal without a reason");
  read.is_last = !framing.keeps_connection() || status == 413 || status == 414 ||
                 status == 431;  // a limit, of which the grammar knows nothing
  read.verdict = state == RequestFraming::State::complete  ? Verdict::whole
                 : state == RequestFraming::State::refused ? Verdict::refused
                                                           : Verdict::more;
  read.request = std::move(framing).take_request();
  return read;
}

void compare(const Read& ours, const Read& strict) {
  if (ours.verdict == Verdict::refused)
    return require(strict.verdict != Verdict::whole || ours.is_last, "refused, and rightly framed");
  if (ours.verdict == Verdict::more)
    return require(strict.verdict == Verdict::more, "more is awaited, and all is there or wrong");
  require(strict.verdict == Verdict::whole, "taken, and wrongly framed");
  require(ours.bytes == strict.bytes, "the request ends elsewhere");
  require(ours.is_last == strict.is_last, "the connection goes on otherwise");
  require(ours.request.method == strict.request.method && ours.request.target == strict.request.target,
          "another start line");
  require(ours.request.headers == strict.request.headers, "other fields");
  require(ours.request.body == strict.request.body, "another body");
}

}  // namespace

// Reads as many requests as the bytes hold. The first byte gives the length of the pieces.
void try_framing(std::string_view text) {
  if (text.empty()) return;
  const std::size_t step = 1 + static_cast<unsigned char>(text.front());
  text.remove_prefix(1);
  for (int i = 0; i < requests_max && !text.empty(); ++i) {
    const Read ours = read_by_framing(text, step);
    compare(ours, read_strictly(text));
    if (ours.verdict != Verdict::whole || ours.is_last) return;
    text.remove_prefix(ours.bytes);
  }
}

}  // namespace handoff::fuzz
