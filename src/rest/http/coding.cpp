#include "rest/http/coding.h"

#include <fmt/format.h>

#include "core/hash.h"
#include "core/limits.h"
#include "rest/http/outcome.h"
#include "rest/http/streamed_body.h"

namespace handoff::rest {
namespace {

using net::AcceptedCoding;

std::string_view content_type(const net::Response& response) {
  for (const auto& [name, value] : response.headers)
    if (net::equal_ignoring_case(name, "Content-Type")) return value;
  return {};
}

bool has_coding(const net::Response& response) {
  return std::any_of(response.headers.begin(), response.headers.end(), [](const auto& field) {
    return net::equal_ignoring_case(field.first, "Content-Encoding");
  });
}

bool is_text(std::string_view type) {
  return type.starts_with("text/") || type.find("json") != type.npos || type.find("xml") != type.npos;
}

std::size_t random_padding() {
  return static_cast<unsigned char>(random_bytes(1)[0]) % (limits::coded_padding_bytes_max + 1);
}

}  // namespace

bool is_coded(const Route* route) { return route && !route->pattern.starts_with("/auth/"); }

Result<void> check_accepted(AcceptedCoding accepted) {
  if (accepted != AcceptedCoding::none) return {};
  return problem(Kind::unsupported, "answers are sent as gzip or uncompressed; Accept-Encoding refuses both",
                 std::string(at_accept_encoding));
}

bool is_worth_coding(AcceptedCoding accepted, const net::Response& response) {
  if (response.body.empty() || has_coding(response)) return false;
  if (accepted == AcceptedCoding::gzip_only) return true;
  return accepted == AcceptedCoding::gzip && response.body.size() > limits::coded_body_bytes_min &&
         is_text(content_type(response));
}

void code(AcceptedCoding accepted, net::Response& response, Workers& workers, Workers::Share share) {
  if (response.rest) {
    auto stream = std::make_unique<net::GzipStream>(net::Effort::quick, random_padding());
    response.body = stream->add(response.body);
    response.rest = std::make_shared<CodedBody>(workers, share, std::move(response.rest), std::move(stream));
    response.headers.emplace_back("Content-Encoding", "gzip");
    return;
  }
  std::string packed = net::gzip(response.body, net::Effort::quick, random_padding());
  if (packed.size() >= response.body.size() && accepted != AcceptedCoding::gzip_only) return;
  response.body = std::move(packed);
  response.headers.emplace_back("Content-Encoding", "gzip");
}

Result<void> UnpackedBodies::unpack(net::Request& request, std::size_t bytes_max, Workers::Share share,
                                    std::shared_ptr<void>& held) {
  const net::ContentCoding coding = net::content_coding(request);
  if (coding == net::ContentCoding::identity || (coding == net::ContentCoding::gzip && request.body.empty()))
    return {};
  if (coding == net::ContentCoding::other)
    return problem(Kind::unsupported, "bodies must be gzip or uncompressed",
                   std::string(at_content_encoding));
  auto unpacked = net::gunzip(request.body, bytes_max);
  if (!unpacked) return unpacked.error();
  held = take(share, unpacked->size());
  if (!held)
    return problem(
        Kind::limited,
        "too many long bodies of this client are under way; wait for answers before you send more");
  request.body = std::move(*unpacked);
  std::erase_if(request.headers,
                [](const auto& field) { return net::equal_ignoring_case(field.first, "Content-Encoding"); });
  return {};
}

std::shared_ptr<void> UnpackedBodies::take(Workers::Share share, std::size_t bytes) {
  const std::lock_guard hold(mutex_);
  std::size_t& all = of_[share];
  if (all + bytes > limits::client_unpacked_bytes_max) return nullptr;
  all += bytes;
  return std::shared_ptr<void>(this, [this, share, bytes](void*) { give_back(share, bytes); });
}

void UnpackedBodies::give_back(Workers::Share share, std::size_t bytes) {
  const std::lock_guard hold(mutex_);
  const auto found = of_.find(share);
  if (found == of_.end()) return;  // all bodies were empty
  found->second -= bytes;
  if (found->second == 0) of_.erase(found);
}

}  // namespace handoff::rest
