// The entry of one fuzzing program. libFuzzer calls it with every input. HANDOFF_FUZZ_TARGET names the
// function of targets.h. If it throws, the program ends, and that is a finding.
#include <cstddef>
#include <cstdint>

#include "targets.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  handoff::fuzz::HANDOFF_FUZZ_TARGET({reinterpret_cast<const char*>(data), size});
  return 0;
}
