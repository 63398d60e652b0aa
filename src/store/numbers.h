// Numbers that a store gives. Each is a type of its own, so that none is taken for another.
#pragma once

#include <cstdint>

namespace handoff::store {

// The number of a stored version, current or older. All versions are numbered in the order of their writes.
enum class Pk : std::int64_t { none = 0 };

// The number of a patient. Everything that belongs to no patient has `nobody`.
enum class PatientNumber : std::int64_t { nobody = 0 };

}  // namespace handoff::store
