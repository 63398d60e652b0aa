#include "tools/nearest_word.h"

#include <algorithm>

namespace handoff::gateway {
namespace {

constexpr std::size_t word_characters_max = 64;

std::string_view without_dashes(std::string_view word) {
  return word.substr(std::min(word.find_first_not_of('-'), word.size()));
}

// The number of letters to add, drop, change or swap with their neighbour (optimal string alignment).
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> of(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i)
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        of[i][j] = i + j;
        continue;
      }
      of[i][j] =
          std::min({of[i - 1][j] + 1, of[i][j - 1] + 1, of[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        of[i][j] = std::min(of[i][j], of[i - 2][j - 2] + 1);
    }
  return of[a.size()][b.size()];
}

}  // namespace

std::string nearest_word(std::string_view word, const std::vector<std::string>& words) {
  const std::string_view given = without_dashes(word.substr(0, word.find('=')));
  if (given.size() < 2 || given.size() > word_characters_max) return {};
  std::string best;
  std::size_t least = std::max<std::size_t>(1, given.size() / 3) + 1;
  for (const std::string& each : words) {
    const std::string_view known = without_dashes(each);
    const std::size_t far = given.size() > 2 && known.starts_with(given) ? 1 : distance(given, known);
    if (far < least) least = far, best = each;
  }
  return best;
}

}  // namespace handoff::gateway
