#include "rest/http/prefer.h"

#include "core/text.h"

namespace handoff::rest {

std::string_view preference(const net::Request& request, std::string_view name) {
  for (const auto& [header, value] : request.headers) {
    if (!net::equal_ignoring_case(header, "Prefer")) continue;
    for (const auto part : split(value, ','))
      for (const auto each : split(part, ';')) {
        const auto equals = each.find('=');
        if (equals != each.npos && net::equal_ignoring_case(trim(each.substr(0, equals)), name))
          return trim(each.substr(equals + 1));
      }
  }
  return {};
}

}  // namespace handoff::rest
