// A string of a resource as people read it, and its words, independent of markup and forms of letters. Pure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"

namespace handoff::consent {

// The text without tags. Entities are decoded (R4 "narrative"; markdown may have them too). Attributes and
// comments come at the end. Letters, apostrophes, hyphens and blanks get their plain forms, and characters
// without width are removed (core/name_fold.h).
std::string as_read(std::string_view text);

// The text of an Attachment that holds text (text/…, XML, HTML, JSON) in base64. Nothing for any other value.
std::optional<std::string> attached_text(json::Value attachment);

bool is_ascii(std::string_view text);

// In lower case and without accents.
std::string lower(std::string_view text);

// Runs of letters and digits of a text; the object keeps one copy of them. Apostrophes are dropped, and so
// are the points of "A.A.".
class Words {
 public:
  explicit Words(std::string_view text);
  Words(const Words&) = delete;
  Words& operator=(const Words&) = delete;

  std::span<const std::string_view> all() const { return words_; }
  void lower_ascii();

 private:
  std::string text_;
  std::vector<std::string_view> words_;
};

}  // namespace handoff::consent
