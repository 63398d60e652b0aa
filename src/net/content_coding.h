// Content codings (RFC 9110, sections 8.4 and 12.5.3): gzip and none. Which one an answer may have, and bytes into and out of it.
// Pure, and without any memory from one call to the next: what a coded answer has for its size depends on the answer alone.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/result.h"
#include "net/http.h"

namespace handoff::net {

// All fields of that name as one list, as RFC 9110, section 5.3, has it.
std::string list_of(const Request& request, std::string_view name);

// How an answer may come, by Accept-Encoding.
enum class AcceptedCoding {
  identity,   // as it is
  gzip,       // better coded; as it is will do
  gzip_only,  // "identity;q=0"
  none,       // neither is acceptable
};
AcceptedCoding accepted_coding(const Request& request);

enum class ContentCoding { identity, gzip, other };
// Of a request's body, by Content-Encoding.
ContentCoding content_coding(const Request& request);

// The content of gzip's members, all of them. Problem: incorrect (no gzip, damaged, cut off, followed by something else), limited
// (longer than `bytes_max`: no more than that was unpacked).
Result<std::string> gunzip(std::string_view packed, std::size_t bytes_max);

enum class Effort { quick, most };
// `padding` bytes of a comment go along: they make the size tell less of the content to who only sees how much is sent.
std::string gzip(std::string_view bytes, Effort effort, std::size_t padding = 0);

}  // namespace handoff::net
