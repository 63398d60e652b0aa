// Content codings (RFC 9110, sections 8.4 and 12.5.3): gzip and none. Chooses the coding of an answer, and
// codes and decodes bytes. Pure. It keeps nothing between calls, so the size of a coded answer depends on
// that answer alone.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "core/result.h"
#include "net/http.h"

namespace handoff::net {

// All fields of that name joined as one list (RFC 9110, section 5.3).
std::string list_of(const Request& request, std::string_view name);

// The codings that Accept-Encoding allows for an answer.
enum class AcceptedCoding {
  identity,   // uncoded
  gzip,       // gzip is preferred; uncoded is allowed
  gzip_only,  // "identity;q=0"
  none,       // neither is acceptable
};
AcceptedCoding accepted_coding(const Request& request);

enum class ContentCoding { identity, gzip, other };
// The coding of a request's body, by Content-Encoding.
ContentCoding content_coding(const Request& request);

// The content of all gzip members together. Problem: incorrect (no gzip, damaged, cut off, or followed by
// other bytes), limited (longer than `bytes_max`; no more than that was unpacked).
Result<std::string> gunzip(std::string_view packed, std::size_t bytes_max);

enum class Effort { quick, most };

// gzip of a body that comes in pieces. One thread at a time.
class GzipStream {
 public:
  explicit GzipStream(Effort effort, std::size_t padding = 0);
  ~GzipStream();
  std::string add(std::string_view bytes);  // all of it can be sent and read at once
  std::string end();
  std::string all(std::string_view bytes);  // a body of one piece: instead of add() and end()

 private:
  struct Content;
  std::unique_ptr<Content> content_;
};

// Adds a comment of `padding` bytes. An observer who sees only the size then learns less about the content.
std::string gzip(std::string_view bytes, Effort effort, std::size_t padding = 0);

}  // namespace handoff::net
