// Tree navigation (FHIRPath 2.0 section 5.8).
#include "fhirpath/functions.h"

namespace handoff::fhirpath {
namespace {

bool children(const Call& call) {
  for (const Item& item : call.input) append_children(call, item);
  return call.spend(call.out.size());
}

// Walks level by level, so that deep data causes no deep recursion.
bool descendants(const Call& call) {
  const std::size_t first = call.out.size();
  for (const Item& item : call.input) append_children(call, item);
  for (std::size_t at = first; at < call.out.size(); ++at) {
    const Item item = call.out[at];
    const std::size_t before = call.out.size();
    append_children(call, item);
    if (!call.spend(call.out.size() - before + 1)) return false;
  }
  return true;
}

constexpr Builtin table[] = {
    {"children", 0, 0, 0, Takes::anything, Gives::unordered, children},
    {"descendants", 0, 0, 0, Takes::anything, Gives::unordered, descendants},
};

}  // namespace

std::span<const Builtin> tree_functions() { return table; }

}  // namespace handoff::fhirpath
