// JSON as a compact immutable value (RFC 8259). A Value is a 16-byte handle, copied freely. What it points to
// lives in an Arena, usually that of its Document. Numbers keep their text, so that decimals keep every
// digit.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace handoff::json {

enum class Type : std::uint8_t { absent, null, boolean, number, string, array, object };

struct Member;

class Value {
 public:
  constexpr Value() = default;  // absent: the result for a missing member

  Type type() const { return type_; }
  bool is_object() const { return type_ == Type::object; }
  bool is_array() const { return type_ == Type::array; }
  bool is_string() const { return type_ == Type::string; }
  bool is_number() const { return type_ == Type::number; }
  bool is_boolean() const { return type_ == Type::boolean; }
  explicit operator bool() const { return type_ != Type::absent; }

  // Member of an object. Absent if the member is missing or this is no object, so that paths need no checks.
  Value operator[](std::string_view key) const;
  // Item of an array; absent outside.
  Value at(std::size_t index) const;
  std::span<const Member> members() const;
  std::span<const Value> items() const;
  std::size_t size() const { return size_; }  // members, items or bytes

  // A string's characters (UTF-8) or a number's text as it arrived. Empty for anything else.
  std::string_view text() const;
  bool truth() const { return type_ == Type::boolean && size_ == 1; }

  // Identity of the storage behind a non-empty string, number, array or object; see Document::offset_of.
  const void* storage() const { return data_; }

 private:
  friend class Arena;
  constexpr Value(Type type, std::size_t size, const void* data)
      : type_(type), size_(std::uint32_t(size)), data_(data) {}

  Type type_ = Type::absent;
  std::uint32_t size_ = 0;
  const void* data_ = nullptr;
};

struct Member {
  std::string_view key;
  Value value;
};

// Owns the memory of values. Everything in it dies with it. Values may point into other arenas that live
// longer. One thread writes; any thread may read what is finished.
class Arena {
 public:
  Arena();
  ~Arena();
  Arena(Arena&&) noexcept;
  Arena& operator=(Arena&&) noexcept;

  static Value null() { return Value(Type::null, 0, nullptr); }
  static Value boolean(bool truth) { return Value(Type::boolean, truth ? 1 : 0, nullptr); }
  static Value empty_array() { return Value(Type::array, 0, nullptr); }
  static Value empty_object() { return Value(Type::object, 0, nullptr); }
  Value string(std::string_view text);  // copies
  Value number(std::string_view text);  // copies; must be a JSON number
  Value integer(long long value);
  Value array(std::span<const Value> items);
  Value object(std::span<const Member> members);  // copies the keys, which must differ
  // the same, but does not copy the keys, which must live as long as the arena
  Value object_of(std::span<const Member> members);
  // A handle to text that outlives the arena: literals, other arenas.
  static Value borrow(std::string_view text) { return Value(Type::string, text.size(), text.data()); }
  static Value borrow_number(std::string_view text) { return Value(Type::number, text.size(), text.data()); }

  std::string_view copy(std::string_view text);
  char* copy_padded(std::string_view text, std::size_t zeros);  // may be changed in place
  std::size_t bytes() const;

 private:
  void* take(std::size_t bytes, std::size_t alignment);
  struct Blocks;
  std::unique_ptr<Blocks> blocks_;
};

// `object` with one member set (replaced in place or appended), or removed if `value` is absent.
Value with_member(Arena& arena, Value object, std::string_view key, Value value);
// A deep copy into `arena`.
Value copy(Arena& arena, Value value);

// Same type and content. The order of an object's members does not matter. Numbers are compared by their
// text.
bool equal(Value a, Value b);

}  // namespace handoff::json
