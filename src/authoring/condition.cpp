#include "authoring/condition.h"

#include "core/text.h"

namespace handoff::authoring {
namespace {

constexpr std::string_view scheme = "https://";
constexpr std::string_view base_path = "/fhir/";

std::string_view without_default_port(std::string_view authority) {
  return authority.ends_with(":443") ? authority.substr(0, authority.size() - 4) : authority;
}

bool is_authority(std::string_view text, std::string_view known) {
  return !known.empty() && equal_ignoring_case(without_default_port(text), without_default_port(known));
}

// The part after this server's base, if the address begins with the base; otherwise the whole address.
std::string_view below_base(std::string_view address, const ServerNames& names) {
  std::string_view path = address;
  if (equal_ignoring_case(address.substr(0, scheme.size()), scheme)) {
    const std::string_view rest = address.substr(scheme.size());
    const auto end = rest.find('/');
    if (end == rest.npos) return address;
    const std::string_view own = names.base_url.substr(std::min(scheme.size(), names.base_url.size()));
    if (!is_authority(rest.substr(0, end), own) && !is_authority(rest.substr(0, end), names.host))
      return address;
    path = rest.substr(end);
  }
  return path.starts_with(base_path) ? path.substr(base_path.size()) : address;
}

}  // namespace

Result<std::string_view> condition_query(std::string_view condition, std::string_view type,
                                         const ServerNames& names, std::string expression) {
  const auto mark = condition.find('?');
  if (mark == condition.npos || condition.substr(0, mark).find('=') != condition.npos)
    return condition;  // "identifier=x|what?"
  const std::string_view address = condition.substr(0, mark), searched = below_base(address, names);
  if (searched.empty() || searched == type) return condition.substr(mark + 1);
  const bool is_elsewhere = searched.find(':') != searched.npos || searched.starts_with('/');
  if (is_elsewhere) return problem(Kind::incorrect, "names another server", std::move(expression), "value");
  return problem(
      Kind::incorrect,
      "searches " + shown_text(searched) + ", but must search " + std::string(type) + ", the type to create",
      std::move(expression), "value");
}

}  // namespace handoff::authoring
