// All partners of the sandbox in one process: a FHIR base for each organization, a token demanded, every message written to
// DIR/received/<organization>/<n>.json before it is answered; the same message twice has one effect.
#pragma once

#include <filesystem>

namespace handoff::gateway {

// `handoff partner --data DIR`: serves with DIR's certificate on a free port, prints the port as one line on stdout, and
// ends with its parent or by signal. DIR/partner-tokens.json names organizations and tokens. Exit code.
int run_partner(const std::filesystem::path& data);

}  // namespace handoff::gateway
