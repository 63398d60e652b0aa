#include "core/boundary.h"

#include <fmt/format.h>

#include <exception>

#include "core/log.h"

namespace handoff {

void log_caught(std::string_view where) noexcept {
  try {
    try {
      throw;
    } catch (const std::exception& caught) {
      log::error(fmt::format("{}: {}", where, caught.what()));
    } catch (...) {
      log::error(fmt::format("{}: an object that is not a std::exception was thrown", where));
    }
  } catch (...) {  // there is no memory left for the message
  }
}

}  // namespace handoff
