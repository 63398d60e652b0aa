#include "core/text.h"
#include "net/http.h"
#include "rest/http/routes.h"
#include "targets.h"

namespace handoff::fuzz {
namespace {

void try_form(std::string_view text) {
  const auto pairs = net::parse_form(text);
  if (!pairs) return;
  std::string written;
  for (const auto& [name, value] : *pairs)
    written += (written.empty() ? "" : "&") + net::percent_encode(name) + "=" + net::percent_encode(value);
  const auto again = net::parse_form(written);
  require(again.has_value() && *again == *pairs, "a form that was written reads as another");
}

void try_path(std::string_view method, std::string_view path) {
  const auto match = rest::find_route(method, path);
  if (!match) return;
  require((match->route == nullptr) || !match->allowed.empty(), "a route without methods");
  std::string written;
  for (const auto segment : split(path, '/')) {
    const auto decoded = net::percent_decode(segment);
    require(decoded.has_value(), "a malformed escape found its way");
    written += (segment.data() == path.data() ? "" : "/") + net::percent_encode(*decoded);
  }
  const auto again = rest::find_route(method, written);
  require(again.has_value() && again->route == match->route && again->values == match->values,
          "a path written otherwise leads elsewhere");
}

}  // namespace

void try_target(std::string_view text) {
  const auto blank = text.find(' ');
  const std::string_view method = blank == text.npos ? "GET" : text.substr(0, blank);
  const std::string_view target = blank == text.npos ? text : text.substr(blank + 1);
  const auto mark = target.find('?');
  try_path(method, target.substr(0, mark));
  if (mark != target.npos) try_form(target.substr(mark + 1));
  for (const bool form : {false, true}) {
    const auto decoded = net::percent_decode(target, form);
    if (decoded)
      require(net::percent_decode(net::percent_encode(*decoded), form) == *decoded,
              "an encoded text decodes as another");
  }
}

}  // namespace handoff::fuzz
