#include "json/value.h"

#include <cstring>
#include <new>

namespace handoff::json {

struct Arena::Blocks {
  static constexpr std::size_t first_bytes = 4096, largest_bytes = 1u << 20;
  std::vector<std::unique_ptr<std::byte[]>> all;
  std::byte* next = nullptr;
  std::size_t left = 0;
  std::size_t next_bytes = first_bytes;
  std::size_t taken = 0;
};

Arena::Arena() : blocks_(std::make_unique<Blocks>()) {}
Arena::~Arena() = default;
Arena::Arena(Arena&&) noexcept = default;
Arena& Arena::operator=(Arena&&) noexcept = default;

void* Arena::take(std::size_t bytes, std::size_t alignment) {
  Blocks& b = *blocks_;
  const std::size_t padding = (alignment - reinterpret_cast<std::uintptr_t>(b.next) % alignment) % alignment;
  if (bytes + padding > b.left) {
    const std::size_t size = bytes + alignment > b.next_bytes ? bytes + alignment : b.next_bytes;
    b.all.push_back(std::make_unique_for_overwrite<std::byte[]>(size));
    b.next = b.all.back().get();
    b.left = size;
    if (b.next_bytes < Blocks::largest_bytes) b.next_bytes *= 2;
    return take(bytes, alignment);
  }
  std::byte* const place = b.next + padding;
  b.next += bytes + padding;
  b.left -= bytes + padding;
  b.taken += bytes;
  return place;
}

std::size_t Arena::bytes() const { return blocks_->taken; }

std::string_view Arena::copy(std::string_view text) {
  if (text.empty()) return {"", 0};
  auto* place = static_cast<char*>(take(text.size(), 1));
  std::memcpy(place, text.data(), text.size());
  return {place, text.size()};
}

char* Arena::copy_padded(std::string_view text, std::size_t zeros) {
  auto* const place = static_cast<char*>(take(text.size() + zeros, zeros));
  if (!text.empty()) std::memcpy(place, text.data(), text.size());
  std::memset(place + text.size(), 0, zeros);
  return place;
}

Value Arena::string(std::string_view text) {
  const auto kept = copy(text);
  return Value(Type::string, kept.size(), kept.data());
}

Value Arena::number(std::string_view text) {
  const auto kept = copy(text);
  return Value(Type::number, kept.size(), kept.data());
}

Value Arena::integer(long long value) { return number(std::to_string(value)); }

Value Arena::array(std::span<const Value> items) {
  if (items.empty()) return empty_array();
  void* place = take(items.size_bytes(), alignof(Value));
  std::memcpy(place, static_cast<const void*>(items.data()), items.size_bytes());
  return Value(Type::array, items.size(), place);
}

Value Arena::object(std::span<const Member> members) {
  if (members.empty()) return empty_object();
  auto* place = static_cast<Member*>(take(members.size_bytes(), alignof(Member)));
  for (std::size_t i = 0; i < members.size(); ++i)
    new (place + i) Member{copy(members[i].key), members[i].value};
  return Value(Type::object, members.size(), place);
}

Value Arena::object_of(std::span<const Member> members) {
  if (members.empty()) return empty_object();
  auto* place = static_cast<Member*>(take(members.size_bytes(), alignof(Member)));
  for (std::size_t i = 0; i < members.size(); ++i) new (place + i) Member(members[i]);
  return Value(Type::object, members.size(), place);
}

Value Value::operator[](std::string_view key) const {
  for (const Member& member : members())
    if (member.key == key) return member.value;
  return {};
}

Value Value::at(std::size_t index) const {
  const auto all = items();
  return index < all.size() ? all[index] : Value{};
}

std::span<const Member> Value::members() const {
  if (type_ != Type::object) return {};
  return {static_cast<const Member*>(data_), size_};
}

std::span<const Value> Value::items() const {
  if (type_ != Type::array) return {};
  return {static_cast<const Value*>(data_), size_};
}

std::string_view Value::text() const {
  if (type_ != Type::string && type_ != Type::number) return {};
  return {static_cast<const char*>(data_), size_};
}

Value with_member(Arena& arena, Value object, std::string_view key, Value value) {
  std::vector<Member> members;
  members.reserve(object.size() + 1);
  bool found = false;
  for (const Member& member : object.members()) {
    if (member.key != key) {
      members.push_back(member);
      continue;
    }
    found = true;
    if (value) members.push_back({key, value});
  }
  if (!found && value) members.push_back({key, value});
  return arena.object(members);
}

Value copy(Arena& arena, Value value) {
  switch (value.type()) {
    case Type::string: return arena.string(value.text());
    case Type::number: return arena.number(value.text());
    case Type::array: {
      std::vector<Value> items;
      for (const Value item : value.items()) items.push_back(copy(arena, item));
      return arena.array(items);
    }
    case Type::object: {
      std::vector<Member> members;
      for (const Member& member : value.members()) members.push_back({member.key, copy(arena, member.value)});
      return arena.object(members);
    }
    default: return value;
  }
}

bool equal(Value a, Value b) {
  if (a.type() != b.type()) return false;
  switch (a.type()) {
    case Type::boolean: return a.truth() == b.truth();
    case Type::number:
    case Type::string: return a.text() == b.text();
    case Type::array: {
      if (a.size() != b.size()) return false;
      for (std::size_t i = 0; i < a.size(); ++i)
        if (!equal(a.at(i), b.at(i))) return false;
      return true;
    }
    case Type::object: {
      if (a.size() != b.size()) return false;
      for (const Member& member : a.members())
        if (!equal(member.value, b[member.key])) return false;
      return true;
    }
    default: return true;
  }
}

}  // namespace handoff::json
