// FHIRPath's tokens (specification: "Lexical Elements").
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "fhirpath/expression.h"

namespace handoff::fhirpath {

enum class TokenKind : std::uint8_t {
  identifier,
  quoted_identifier,
  string,
  integer,
  decimal,
  date,
  date_time,
  time,
  symbol,
  end,
};

struct Token {
  TokenKind kind = TokenKind::end;
  std::size_t position = 0;
  std::size_t end = 0;
  std::string text;  // without quotes, "@" and escapes
};

// If it fails, it returns false and sets `failure`. The last token is `end`.
bool tokenize(std::string_view text, std::vector<Token>& tokens, Failure& failure);

}  // namespace handoff::fhirpath
