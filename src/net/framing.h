// Splits the bytes of a connection into requests, strictly (RFC 9112; RFC 9110, section 5): start line,
// fields, a body of known length or in chunks, and trailers. It is a pure state machine without sockets,
// clock or library. Only this code decides where a request ends, so that no second parser can disagree.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/limits.h"
#include "net/http.h"

namespace handoff::net {

struct FramingLimits {
  std::size_t header_bytes_max = limits::http_header_bytes_max;  // start line and fields with their line ends
  std::size_t fields_max = limits::http_fields_max;
  std::size_t chunk_extension_bytes_max = limits::http_chunk_extension_bytes_max;  // of a whole body
  std::size_t trailer_bytes_max = limits::http_trailer_bytes_max;
};

// Why a request is refused: the status of the answer, and words for the sender. No further request is read
// from the connection.
struct FramingFault {
  unsigned status = 0;
  std::string_view what;
};

// One request. It lives from the request's first byte to its last.
class RequestFraming {
 public:
  enum class State {
    head,      // the head is not complete yet
    body,      // the head is complete and a body follows; call allow_body() first
    complete,  // the request is complete
    refused,   // see fault()
  };

  explicit RequestFraming(FramingLimits limits = {}) : limits_(limits) {}

  // Takes the bytes of this request from the front of `bytes`. Returns how many it took. Stops when the state
  // changes.
  std::size_t take(std::string_view bytes);

  State state() const { return state_; }
  const FramingFault& fault() const { return fault_; }

  // The request without its body. It is complete from State::body on. Trailer fields are read and dropped
  // (RFC 9110, section 6.5.1).
  const Request& head() const { return request_; }
  // The length in Content-Length. None if the body comes in chunks.
  std::optional<std::uint64_t> declared_body_bytes() const { return declared_; }
  std::size_t body_bytes() const { return request_.body.size(); }
  bool expects_continue() const { return expects_continue_; }
  // True if another request may follow on the connection.
  bool keeps_connection() const { return keeps_connection_; }
  bool is_version_1_0() const { return is_version_1_0_; }

  // Sets the maximum length of the body. A longer one is refused with 413.
  void allow_body(std::size_t bytes_max);
  Request take_request() && { return std::move(request_); }

 private:
  enum class Step { request_line, field_line, data, chunk_size, chunk_data, chunk_end, trailer_line };

  std::size_t take_line(std::string_view bytes);
  std::size_t take_data(std::string_view bytes);
  std::size_t take_chunk_end(std::string_view bytes);
  FramingFault check_room(std::size_t line_bytes) const;
  void read_line(std::string_view line);
  void read_request_line(std::string_view line);
  void read_field_line(std::string_view line);
  void read_chunk_size(std::string_view line);
  void read_trailer_line(std::string_view line);
  void end_head();
  FramingFault check_host();
  FramingFault check_body_fields();
  FramingFault check_connection();
  void refuse(FramingFault fault);

  const FramingLimits limits_;
  State state_ = State::head;
  Step step_ = Step::request_line;
  FramingFault fault_;
  Request request_;
  std::string line_;               // the beginning of an incomplete line
  std::size_t section_bytes_ = 0;  // of the head, or of the trailers, so far
  std::size_t extension_bytes_ = 0;
  std::uint64_t data_left_ = 0;  // of the body, or of the chunk
  std::uint64_t body_bytes_max_ = 0;
  std::optional<std::uint64_t> declared_;
  bool is_first_line_ = true, is_version_1_0_ = false, is_chunked_ = false;
  bool expects_continue_ = false, keeps_connection_ = true;
};

}  // namespace handoff::net
