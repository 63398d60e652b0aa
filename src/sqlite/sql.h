// A statement under construction.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

namespace handoff::sqlite {

using Bound = std::variant<std::int64_t, double, std::string>;

// A statement's text, with the values for its question marks in order.
struct Sql {
  std::string text;
  std::vector<Bound> bounds;

  Sql& add(std::string_view more) {
    text += more;
    return *this;
  }
  Sql& put(Bound value) {
    text += '?';
    bounds.push_back(std::move(value));
    return *this;
  }
  template <class Number>
    requires std::is_enum_v<Number>
  Sql& put(Number number) {
    return put(Bound(std::int64_t(number)));
  }
  Sql& append(Sql more) {
    text += more.text;
    bounds.insert(bounds.end(), std::make_move_iterator(more.bounds.begin()),
                  std::make_move_iterator(more.bounds.end()));
    return *this;
  }
};

}  // namespace handoff::sqlite
