#include "net/client.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <fmt/format.h>
#include <openssl/x509.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <mutex>

#include "core/boundary.h"

namespace handoff::net {
namespace {

constexpr std::size_t answer_fields_max = 200;

struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
struct FreeHandle {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};

void initialize_once() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

bool is_private_v4(std::uint32_t ip) {
  const auto in = [ip](std::uint32_t net, int bits) { return (ip >> (32 - bits)) == (net >> (32 - bits)); };
  return in(0x00000000, 8) || in(0x0A000000, 8) || in(0x7F000000, 8) || in(0x64400000, 10) ||
         in(0xA9FE0000, 16) || in(0xAC100000, 12) || in(0xC0A80000, 16) || in(0xE0000000, 3);
}

bool is_private(const sockaddr* address) {
  if (address->sa_family == AF_INET)
    return is_private_v4(ntohl(reinterpret_cast<const sockaddr_in*>(address)->sin_addr.s_addr));
  if (address->sa_family != AF_INET6) return true;
  const auto& six = reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr;
  if (IN6_IS_ADDR_V4MAPPED(&six))
    return is_private_v4(ntohl(reinterpret_cast<const std::uint32_t*>(&six)[3]));
  return IN6_IS_ADDR_LOOPBACK(&six) || IN6_IS_ADDR_LINKLOCAL(&six) || IN6_IS_ADDR_UNSPECIFIED(&six) ||
         IN6_IS_ADDR_MULTICAST(&six) || (six.s6_addr[0] & 0xFE) == 0xFC;
}

std::string numeric(const sockaddr* address) {
  char text[INET6_ADDRSTRLEN] = "";
  const void* bytes = address->sa_family == AF_INET
                          ? static_cast<const void*>(&reinterpret_cast<const sockaddr_in*>(address)->sin_addr)
                          : &reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr;
  inet_ntop(address->sa_family, bytes, text, sizeof text);
  return text;
}

// Why the certificate was refused. curl's own message does not distinguish an expired one from an unknown
// authority.
std::string refused_certificate(CURL* handle) {
  long why = X509_V_OK;
  curl_easy_getinfo(handle, CURLINFO_SSL_VERIFYRESULT, &why);
  return std::string("the certificate is not accepted: ") +
         (why == X509_V_OK ? "it has another name" : X509_verify_cert_error_string(why));
}

}  // namespace

struct Client::Content {
  ClientOptions options;
  std::unique_ptr<CURL, FreeHandle> handle;
  Response response;
  bool refused_address = false;
  bool too_long = false;
  std::optional<std::chrono::steady_clock::time_point> stop_seen;

  // curl calls this after it resolved the name and before it connects. So a second look-up cannot change the
  // address.
  static curl_socket_t open_socket(void* self, curlsocktype, curl_sockaddr* address) {
    auto& content = *static_cast<Content*>(self);
    const auto& allowed = content.options.allowed_addresses;
    if (is_private(&address->addr) &&
        std::find(allowed.begin(), allowed.end(), numeric(&address->addr)) == allowed.end()) {
      content.refused_address = true;
      return CURL_SOCKET_BAD;
    }
    return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
  }

  // Called often while bytes flow, and about once a second otherwise. Any result but 0 ends the transfer.
  static int go_on(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    auto& content = *static_cast<Content*>(self);
    if (!content.options.stop || !*content.options.stop) return 0;
    const auto now = std::chrono::steady_clock::now();
    if (!content.stop_seen) content.stop_seen = now;
    return now - *content.stop_seen > limits::client_stop_grace ? 1 : 0;
  }

  // C code cannot handle exceptions. So if the bytes cannot be stored, the transfer ends.
  static std::size_t take_body(char* bytes, std::size_t size, std::size_t count, void* self) {
    auto& content = *static_cast<Content*>(self);
    content.too_long = content.response.body.size() + size * count > content.options.answer_bytes_max;
    if (content.too_long) return 0;
    return runs_to_end("net: an answer's body", [&] { content.response.body.append(bytes, size * count); })
               ? size * count
               : 0;
  }

  static std::size_t take_header(char* bytes, std::size_t size, std::size_t count, void* self) {
    auto& content = *static_cast<Content*>(self);
    const std::string_view line(bytes, size * count);
    return runs_to_end("net: an answer's head", [&] { content.take_line(line); }) ? size * count : 0;
  }

  void take_line(std::string_view line) {
    while (line.ends_with('\r') || line.ends_with('\n')) line.remove_suffix(1);
    const auto colon = line.find(':');
    if (colon == line.npos || response.headers.size() >= answer_fields_max) return;
    std::string_view value = line.substr(colon + 1);
    while (value.starts_with(' ')) value.remove_prefix(1);
    response.headers.emplace_back(std::string(line.substr(0, colon)), std::string(value));
  }

  void set_up(const Request& request, curl_slist* headers) {
    CURL* curl = handle.get();
    curl_easy_reset(curl);
    curl_easy_setopt(curl, CURLOPT_URL, request.target.c_str());
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "https");
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request.method.c_str());
    if (!request.body.empty() || request.method == "POST") {
      curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(request.body.size()));
      curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request.body.c_str());
    }
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, long{CURL_SSLVERSION_TLSv1_2});
    if (!options.ca_file.empty()) curl_easy_setopt(curl, CURLOPT_CAINFO, options.ca_file.c_str());
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, long(options.connect_timeout.count()));
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, long(options.timeout.count()));
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, &Content::open_socket);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, this);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, &Content::go_on);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, this);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &Content::take_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, this);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, &Content::take_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, this);
  }
};

Client::Client(ClientOptions options) : content_(std::make_unique<Content>()) {
  initialize_once();
  content_->options = std::move(options);
  content_->handle.reset(curl_easy_init());
}

Client::~Client() = default;

Result<Response> Client::send(const Request& request) {
  if (!request.target.starts_with("https://")) return problem(Kind::incorrect, "only https URLs are allowed");
  content_->response = {};
  content_->refused_address = content_->too_long = false;
  std::unique_ptr<curl_slist, FreeList> headers(curl_slist_append(nullptr, "Expect:"));
  for (const auto& [name, value] : request.headers)
    headers.reset(curl_slist_append(headers.release(), fmt::format("{}: {}", name, value).c_str()));
  content_->set_up(request, headers.get());
  const CURLcode code = curl_easy_perform(content_->handle.get());
  if (content_->refused_address)
    return problem(Kind::forbidden, "the address is private and not on the allow-list");
  if (content_->too_long) return problem(Kind::unavailable, "the answer is longer than allowed");
  if (code == CURLE_PEER_FAILED_VERIFICATION)
    return problem(Kind::unavailable, refused_certificate(content_->handle.get()));
  if (code != CURLE_OK) return problem(Kind::unavailable, curl_easy_strerror(code));
  long status = 0;
  curl_easy_getinfo(content_->handle.get(), CURLINFO_RESPONSE_CODE, &status);
  content_->response.status = unsigned(status);
  return std::move(content_->response);
}

}  // namespace handoff::net
