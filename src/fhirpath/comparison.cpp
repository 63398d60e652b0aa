#include "fhirpath/comparison.h"

#include <algorithm>

#include "core/letters.h"
#include "fhirpath/items.h"

namespace handoff::fhirpath {
namespace {

// Depth is bounded by the JSON parser's limit.
bool same_json(json::Value a, json::Value b) {
  if (a.type() != b.type()) return false;
  if (a.is_number()) {
    const auto x = Decimal::parse(a.text()), y = Decimal::parse(b.text());
    return x && y ? Decimal::compare(*x, *y) == 0 : a.text() == b.text();
  }
  if (a.is_array()) return std::ranges::equal(a.items(), b.items(), same_json);
  if (!a.is_object()) return json::equal(a, b);
  if (a.size() != b.size()) return false;
  return std::ranges::all_of(a.members(),
                             [&](const json::Member& m) { return same_json(m.value, b[m.key]); });
}

// Compares text without case and white space, and lists without order.
bool alike_json(json::Value a, json::Value b) {
  if (a.type() != b.type()) return false;
  if (a.is_string()) return fold_case(a.text()) == fold_case(b.text());
  if (a.is_object()) {
    if (a.size() != b.size()) return false;
    return std::ranges::all_of(a.members(),
                               [&](const json::Member& m) { return alike_json(m.value, b[m.key]); });
  }
  if (!a.is_array()) return same_json(a, b);
  return a.size() == b.size() && std::ranges::is_permutation(a.items(), b.items(), alike_json);
}

// "~" compares decimals at the precision of the less precise one.
bool alike_numbers(Decimal a, Decimal b) {
  const int scale = std::min(a.normalized().scale(), b.normalized().scale());
  return Decimal::compare(a.rounded(scale), b.rounded(scale)) == 0;
}

Order to_order(std::optional<int> compared) {
  if (!compared) return Order::unknown;
  return *compared < 0 ? Order::less : *compared > 0 ? Order::greater : Order::same;
}

bool takes_quantity(SystemType a, SystemType b) {
  return (a == SystemType::quantity && (b == SystemType::quantity || is_numeric(b))) ||
         (b == SystemType::quantity && is_numeric(a));
}

std::optional<bool> equal_temporals(const Item& a, const Item& b) {
  const auto x = temporal(a), y = temporal(b);
  if (!x || !y) return a.value.text() == b.value.text();
  if ((x->kind == SystemType::time) != (y->kind == SystemType::time)) return false;
  const auto compared = Temporal::compare(*x, *y);
  return compared ? std::optional(*compared == 0) : std::nullopt;
}

}  // namespace

std::optional<bool> equal(const Item& a, const Item& b) {
  const SystemType x = kind_of(a), y = kind_of(b);
  if (x == y && (x == SystemType::string || x == SystemType::none || x == SystemType::boolean))
    return x == SystemType::none ? same_json(a.value, b.value) : json::equal(a.value, b.value);
  if (is_temporal(x) && is_temporal(y)) return equal_temporals(a, b);
  if (is_numeric(x) && is_numeric(y)) {
    const auto p = number(a), q = number(b);
    return p && q ? Decimal::compare(*p, *q) == 0 : a.value.text() == b.value.text();
  }
  if (!takes_quantity(x, y)) return false;
  const auto p = quantity(a), q = quantity(b);
  if (!p || !q) return same_json(a.value, b.value);
  const auto compared = compare(*p, *q);
  return compared ? std::optional(*compared == 0) : std::nullopt;
}

bool equivalent(const Item& a, const Item& b) {
  const SystemType x = kind_of(a), y = kind_of(b);
  if (is_temporal(x) && is_temporal(y)) {
    const auto p = temporal(a), q = temporal(b);
    return p && q && (p->kind == SystemType::time) == (q->kind == SystemType::time) &&
           Temporal::equivalent(*p, *q);
  }
  if (is_numeric(x) && is_numeric(y)) {
    const auto p = number(a), q = number(b);
    return p && q && alike_numbers(*p, *q);
  }
  if (takes_quantity(x, y)) {
    const auto p = quantity(a), q = quantity(b);
    return p && q && equivalent(*p, *q);
  }
  return x == y && alike_json(a.value, b.value);
}

std::optional<bool> equal(const Collection& a, const Collection& b) {
  if (a.empty() || b.empty()) return std::nullopt;
  if (a.size() != b.size()) return false;
  bool unknown = false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const auto same = equal(a[i], b[i]);
    if (same == false) return false;
    unknown = unknown || !same;
  }
  return unknown ? std::nullopt : std::optional(true);
}

bool equivalent(const Collection& a, const Collection& b) {
  if (a.size() != b.size()) return false;
  return std::ranges::is_permutation(a, b, [](const Item& x, const Item& y) { return equivalent(x, y); });
}

Order order(const Item& a, const Item& b) {
  const SystemType x = kind_of(a), y = kind_of(b);
  if (is_numeric(x) && is_numeric(y)) {
    const auto p = number(a), q = number(b);
    return p && q ? to_order(Decimal::compare(*p, *q)) : Order::unknown;
  }
  if (is_temporal(x) && is_temporal(y) && (x == SystemType::time) == (y == SystemType::time)) {
    const auto p = temporal(a), q = temporal(b);
    return p && q ? to_order(Temporal::compare(*p, *q)) : Order::unknown;
  }
  if (takes_quantity(x, y)) {
    const auto p = quantity(a), q = quantity(b);
    return p && q ? to_order(compare(*p, *q)) : Order::unknown;
  }
  if (x == SystemType::string && y == SystemType::string)
    return to_order(a.value.text().compare(b.value.text()));
  return Order::incomparable;
}

bool holds(const Collection& collection, const Item& item) {
  return std::ranges::any_of(collection, [&](const Item& other) { return equal(other, item) == true; });
}

void append_distinct(Collection& collection, const Item& item) {
  if (!holds(collection, item)) collection.push_back(item);
}

}  // namespace handoff::fhirpath
