// A string of a resource as people read it, and its words, whatever markup and forms of letters it is written in. Pure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"

namespace handoff::consent {

// Without tags, entities decoded (R4 "narrative"; markdown may hold them too), attributes and comments at its end; letters, apostrophes,
// hyphens and blanks in their plain forms, without what has no width (core/name_fold.h).
std::string as_read(std::string_view text);

// The text of an Attachment that holds one (text/…, XML, HTML, JSON) in base64; nothing of any other value.
std::optional<std::string> attached_text(json::Value attachment);

bool is_ascii(std::string_view text);

// In lower case and without accents.
std::string lower(std::string_view text);

// Runs of letters and digits of a text, one copy for all; apostrophes fall out, and so do the points of "A.A.".
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
