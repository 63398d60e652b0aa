// How resources are named: by a logical id, or by a reference with the type. Each is a type of its own, and
// neither becomes the other by itself. Both can be read as plain text.
#pragma once

#include <compare>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace handoff::fhir {

class Reference;

// A logical id without its type (R4 2.21.0.7): "abc". Empty: of nothing.
class ResourceId {
 public:
  ResourceId() = default;
  explicit ResourceId(std::string text) : text_(std::move(text)) {}
  explicit ResourceId(std::string_view text) : text_(text) {}
  explicit ResourceId(const char* text) : text_(text) {}
  explicit ResourceId(const Reference&) = delete;

  bool empty() const { return text_.empty(); }
  const std::string& text() const& { return text_; }
  std::string text() && { return std::move(text_); }
  operator std::string_view() const { return text_; }
  auto operator<=>(const ResourceId&) const = default;

 private:
  std::string text_;
};

// A relative reference to a resource (R4 2.3.0.1): "Patient/abc". Empty: to nothing. The text is not checked,
// because it can come from stored data of any shape.
class Reference {
 public:
  Reference() = default;
  explicit Reference(std::string text) : text_(std::move(text)) {}
  explicit Reference(std::string_view text) : text_(text) {}
  explicit Reference(const char* text) : text_(text) {}
  explicit Reference(const ResourceId&) = delete;
  Reference(std::string_view type, std::string_view id) {
    text_.reserve(type.size() + 1 + id.size());
    text_.append(type).append("/").append(id);
  }
  Reference(std::string_view type, const Reference&) = delete;

  bool empty() const { return text_.empty(); }
  const std::string& text() const& { return text_; }
  std::string text() && { return std::move(text_); }
  operator std::string_view() const { return text_; }
  auto operator<=>(const Reference&) const = default;

  // What stands before and behind the slash. A text without a slash is all id.
  std::string_view type() const {
    const auto slash = text_.find('/');
    return std::string_view(text_).substr(0, slash == text_.npos ? 0 : slash);
  }
  ResourceId id() const { return ResourceId(std::string_view(text_).substr(text_.find('/') + 1)); }

 private:
  std::string text_;
};

}  // namespace handoff::fhir

template <>
struct std::hash<handoff::fhir::ResourceId> {
  std::size_t operator()(const handoff::fhir::ResourceId& id) const {
    return std::hash<std::string_view>()(id);
  }
};

template <>
struct std::hash<handoff::fhir::Reference> {
  std::size_t operator()(const handoff::fhir::Reference& reference) const {
    return std::hash<std::string_view>()(reference);
  }
};
