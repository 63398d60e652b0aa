#include "net/framing.h"

#include <algorithm>
#include <limits>

#include "net/field_syntax.h"

namespace handoff::net {
namespace {

// Fields with a single value. If one is given twice, nobody knows which one counts (RFC 9110, section 5.3).
struct SingleField {
  std::string_view name, fault;
};
constexpr SingleField single_fields[] = {
    {"Authorization", "the field Authorization was given twice"},
    {"Content-Length", "the field Content-Length was given twice"},
    {"Content-Type", "the field Content-Type was given twice"},
    {"Expect", "the field Expect was given twice"},
    {"Host", "the field Host was given twice"},
    {"Transfer-Encoding", "the field Transfer-Encoding was given twice"}};

constexpr std::size_t body_bytes_reserved_max = 64u << 10;  // reserved before the bytes have arrived

constexpr FramingFault no_fault{};
bool is_fault(const FramingFault& fault) { return fault.status != 0; }

// True if `wanted` is one of the items of a list ("close, upgrade").
bool lists(std::string_view list, std::string_view wanted) {
  while (!list.empty()) {
    const auto end = std::min(list.find(','), list.size());
    std::string_view item = list.substr(0, end);
    list.remove_prefix(std::min(end + 1, list.size()));
    while (item.starts_with(' ') || item.starts_with('\t')) item.remove_prefix(1);
    while (item.ends_with(' ') || item.ends_with('\t')) item.remove_suffix(1);
    if (equal_ignoring_case(item, wanted)) return true;
  }
  return false;
}

}  // namespace

std::size_t RequestFraming::take(std::string_view bytes) {
  std::size_t taken = 0;
  const State before = state_;
  while (taken < bytes.size() && state_ == before && state_ != State::complete && state_ != State::refused) {
    const std::string_view rest = bytes.substr(taken);
    if (step_ == Step::data || step_ == Step::chunk_data) taken += take_data(rest);
    else taken += step_ == Step::chunk_end ? take_chunk_end(rest) : take_line(rest);
  }
  return taken;
}

// A line ends with CR LF. CR or LF alone is refused (RFC 9112, section 2.2, without its leniency).
std::size_t RequestFraming::take_line(std::string_view bytes) {
  const auto end = bytes.find('\n');
  const std::size_t taken = end == bytes.npos ? bytes.size() : end + 1;
  if (const FramingFault fault = check_room(line_.size() + taken); is_fault(fault))
    return refuse(fault), taken;
  if (end == bytes.npos) return line_.append(bytes), taken;
  std::string_view line = bytes.substr(0, taken);
  if (!line_.empty()) line = line_.append(line);
  if (!line.ends_with("\r\n")) return refuse({400, "a line ends without CR"}), taken;
  section_bytes_ += line.size();
  line.remove_suffix(2);
  if (line.find('\r') != line.npos) return refuse({400, "a CR is not followed by LF"}), taken;
  read_line(line);
  line_.clear();
  return taken;
}

std::size_t RequestFraming::take_data(std::string_view bytes) {
  const std::size_t taken = std::size_t(std::min<std::uint64_t>(bytes.size(), data_left_));
  request_.body.append(bytes.substr(0, taken));
  data_left_ -= taken;
  if (data_left_ > 0) return taken;
  if (step_ == Step::chunk_data) step_ = Step::chunk_end;
  else state_ = State::complete;
  return taken;
}

// Expects CR LF, and refuses any other byte at once.
std::size_t RequestFraming::take_chunk_end(std::string_view bytes) {
  if (bytes.front() != (line_.empty() ? '\r' : '\n'))
    return refuse({400, "a chunk is longer than its head says"}), 1;
  if (line_.empty()) return line_ = "\r", 1;
  line_.clear();
  step_ = Step::chunk_size;
  return 1;
}

FramingFault RequestFraming::check_room(std::size_t line_bytes) const {
  switch (step_) {
    case Step::request_line:
      return line_bytes > limits_.header_bytes_max ? FramingFault{414, "the request line is too long"}
                                                   : no_fault;
    case Step::field_line:
      return section_bytes_ + line_bytes > limits_.header_bytes_max
                 ? FramingFault{431, "the fields are too long"}
                 : no_fault;
    case Step::trailer_line:
      return section_bytes_ + line_bytes > limits_.trailer_bytes_max
                 ? FramingFault{431, "the trailer fields are too long"}
                 : no_fault;
    default:
      return line_bytes > limits_.chunk_extension_bytes_max
                 ? FramingFault{400, "the head of a chunk is too long"}
                 : no_fault;
  }
}

void RequestFraming::read_line(std::string_view line) {
  switch (step_) {
    case Step::request_line: return read_request_line(line);
    case Step::field_line: return line.empty() ? end_head() : read_field_line(line);
    case Step::chunk_size: return read_chunk_size(line);
    case Step::trailer_line: return read_trailer_line(line);
    default: return;
  }
}

// method SP request-target SP HTTP-version (RFC 9112, section 3). One empty line before it is skipped
// (section 2.2).
void RequestFraming::read_request_line(std::string_view line) {
  if (line.empty() && std::exchange(is_first_line_, false)) return;
  const auto first = line.find(' '), last = line.rfind(' ');
  if (first == line.npos || first == last)
    return refuse({400, "the request line must be: method, target, version"});
  const std::string_view method = line.substr(0, first), target = line.substr(first + 1, last - first - 1),
                         version = line.substr(last + 1);
  if (!is_token(method)) return refuse({400, "the method is malformed"});
  const bool is_http = version.size() == 8 && version.starts_with("HTTP/") && version[6] == '.' &&
                       version[5] >= '0' && version[5] <= '9' && version[7] >= '0' && version[7] <= '9';
  if (!is_http) return refuse({400, "the version is malformed"});
  if (version[5] != '1') return refuse({505, "only HTTP/1.1 and HTTP/1.0 are served"});
  auto origin = origin_form(method, target);
  if (!origin)
    return refuse(
        {400, "the target is malformed: a path, with all but printable ASCII escaped, is expected"});
  is_version_1_0_ = version[7] == '0';
  request_.method = std::string(method);
  request_.target = std::move(*origin);
  step_ = Step::field_line;
}

void RequestFraming::read_field_line(std::string_view line) {
  const auto field = parse_field(line);
  if (!field)
    return refuse({400, "a field is malformed: a name, a colon and a value on one line are expected"});
  if (request_.headers.size() == limits_.fields_max) return refuse({431, "there are too many fields"});
  request_.headers.emplace_back(std::string(field->first), std::string(field->second));
}

void RequestFraming::end_head() {
  for (const auto& [name, fault] : single_fields) {
    const auto has_name = [wanted = name](const auto& field) {
      return equal_ignoring_case(field.first, wanted);
    };
    if (std::count_if(request_.headers.begin(), request_.headers.end(), has_name) > 1)
      return refuse({400, fault});
  }
  for (const FramingFault& fault : {check_host(), check_body_fields(), check_connection()})
    if (is_fault(fault)) return refuse(fault);
  state_ = is_chunked_ || data_left_ > 0 ? State::body : State::complete;
}

// RFC 9112, section 3.2.
FramingFault RequestFraming::check_host() {
  const std::string* host = request_.find("Host");
  if (!host) return is_version_1_0_ ? no_fault : FramingFault{400, "the field Host is missing"};
  return is_host(*host) ? no_fault : FramingFault{400, "the field Host is malformed"};
}

// RFC 9112, section 6. "chunked" is the only accepted coding.
FramingFault RequestFraming::check_body_fields() {
  const std::string* coding = request_.find("Transfer-Encoding");
  const std::string* length = request_.find("Content-Length");
  if (coding) {
    if (is_version_1_0_) return {400, "HTTP/1.0 does not allow Transfer-Encoding"};
    if (length) return {400, "Content-Length and Transfer-Encoding must not be used together"};
    if (!equal_ignoring_case(*coding, "chunked")) return {400, "the only Transfer-Encoding is chunked"};
    is_chunked_ = true;
    step_ = Step::chunk_size;
    return no_fault;
  }
  if (!length) return no_fault;
  declared_ = parse_length(*length);
  if (!declared_) return {400, "Content-Length is no number"};
  data_left_ = *declared_;
  step_ = Step::data;
  return no_fault;
}

FramingFault RequestFraming::check_connection() {
  keeps_connection_ = !is_version_1_0_;
  for (const auto& [name, value] : request_.headers)
    if (equal_ignoring_case(name, "Connection") && lists(value, "close")) keeps_connection_ = false;
  const std::string* expected = request_.find("Expect");
  if (!expected || is_version_1_0_) return no_fault;
  if (!equal_ignoring_case(*expected, "100-continue")) return {417, "only 100-continue can be expected"};
  expects_continue_ = true;
  return no_fault;
}

void RequestFraming::allow_body(std::size_t bytes_max) {
  body_bytes_max_ = bytes_max;
  if (state_ != State::body) return;
  if (declared_ && *declared_ > body_bytes_max_) return refuse({413, "the body is too long"});
  if (declared_)
    request_.body.reserve(std::size_t(std::min<std::uint64_t>(*declared_, body_bytes_reserved_max)));
}

// RFC 9112, section 7.1.
void RequestFraming::read_chunk_size(std::string_view line) {
  const auto head = parse_chunk_head(line);
  if (!head) return refuse({400, "the head of a chunk is malformed"});
  extension_bytes_ += head->extension_bytes;
  if (extension_bytes_ > limits_.chunk_extension_bytes_max)
    return refuse({400, "the chunks have too many extensions"});
  if (head->bytes == 0) {
    section_bytes_ = 0;
    step_ = Step::trailer_line;
    return;
  }
  if (head->bytes > body_bytes_max_ - std::min<std::uint64_t>(body_bytes_max_, request_.body.size()))
    return refuse({413, "the body is too long"});
  data_left_ = head->bytes;
  step_ = Step::chunk_data;
}

void RequestFraming::read_trailer_line(std::string_view line) {
  if (line.empty()) state_ = State::complete;
  else if (!parse_field(line)) refuse({400, "a trailer field is malformed"});
}

void RequestFraming::refuse(FramingFault fault) {
  fault_ = fault;
  state_ = State::refused;
}

}  // namespace handoff::net
