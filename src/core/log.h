// The operators' log: one line per event, on stderr. Never personal data: ids of ours, counts, kinds.
#pragma once

#include <string_view>

namespace handoff::log {

bool tells_info();  // false: the caller need not make the message
void debug(std::string_view message);
void info(std::string_view message);
void warn(std::string_view message);
void error(std::string_view message);

// "debug", "info", "warn", "error", "off"; false for any other word.
bool set_level(std::string_view level);

}  // namespace handoff::log
