#include "net/content_coding.h"

#include <zlib.h>

#include <algorithm>
#include <new>
#include <optional>

namespace handoff::net {
namespace {

constexpr int gzip_window_bits = 15 + 16;  // the largest window; 16: only gzip's header and trailer
constexpr int memory_level = 8;            // zlib's default
constexpr std::size_t first_step = 64u << 10;
constexpr std::size_t flush_bytes =
    512;  // header, comment and marks of a flush, beside what deflateBound() counts

bool is_gzip(std::string_view name) {
  return equal_ignoring_case(name, "gzip") || equal_ignoring_case(name, "x-gzip");
}

// Reads "0.5" as thousandths. Nothing if it is no weight (RFC 9110, section 12.4.2).
std::optional<int> weight_of(std::string_view text) {
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1') ||
      (text.size() > 1 && text[1] != '.'))
    return std::nullopt;
  int thousandths = 0;
  for (std::size_t i = 0; i < 5; ++i) {
    if (i == 1) continue;
    const char digit = i < text.size() ? text[i] : '0';
    if (digit < '0' || digit > '9') return std::nullopt;
    thousandths = thousandths * 10 + (digit - '0');
  }
  return thousandths <= 1000 ? std::optional(thousandths) : std::nullopt;
}

struct Offer {
  std::string_view name;
  int weight = 1000;
};

// Reads one element of Accept-Encoding. Nothing if it breaks the grammar. It then offers nothing.
std::optional<Offer> read_offer(std::string_view element) {
  const auto semicolon = element.find(';');
  Offer offer{trim(element.substr(0, semicolon))};
  if (offer.name.empty()) return std::nullopt;
  if (semicolon == element.npos) return offer;
  const std::string_view parameter = trim(element.substr(semicolon + 1));
  if (parameter.size() < 2 || (parameter[0] != 'q' && parameter[0] != 'Q') || parameter[1] != '=')
    return std::nullopt;
  const auto weight = weight_of(parameter.substr(2));
  if (!weight) return std::nullopt;
  offer.weight = *weight;
  return offer;
}

class Stream {
 public:
  Stream() = default;
  ~Stream() {
    if (end_) end_(&stream_);
  }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  void begin(int status, int (*end)(z_streamp)) {
    if (status != Z_OK) throw std::bad_alloc();
    end_ = end;
  }
  void read_from(std::string_view bytes) {
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream_.avail_in = uInt(bytes.size());
  }
  z_stream* operator->() { return &stream_; }
  z_stream* get() { return &stream_; }

 private:
  z_stream stream_ = {};
  int (*end_)(z_streamp) = nullptr;
};

Problem damaged(std::string_view how) {
  return problem(Kind::incorrect, "the body is declared as gzip but " + std::string(how), "http.body",
                 "structure");
}

}  // namespace

std::string list_of(const Request& request, std::string_view name) {
  std::string all;
  for (const auto& [key, value] : request.headers)
    if (equal_ignoring_case(key, name)) all += (all.empty() ? "" : ",") + value;
  return all;
}

AcceptedCoding accepted_coding(const Request& request) {
  const std::string all = list_of(request, "Accept-Encoding");
  if (all.empty()) return AcceptedCoding::identity;
  std::optional<int> gzip_weight, identity_weight, any_weight;
  for (const auto element : split(all, ',')) {
    const auto offer = read_offer(element);
    if (!offer) continue;
    if (is_gzip(offer->name)) gzip_weight = std::max(offer->weight, gzip_weight.value_or(0));
    else if (equal_ignoring_case(offer->name, "identity")) identity_weight = offer->weight;
    else if (offer->name == "*") any_weight = offer->weight;
  }
  const int coded = gzip_weight.value_or(any_weight.value_or(0));
  const bool is_plain_refused = identity_weight.value_or(any_weight.value_or(1)) == 0;
  if (is_plain_refused) return coded > 0 ? AcceptedCoding::gzip_only : AcceptedCoding::none;
  return coded > 0 && coded >= identity_weight.value_or(0) ? AcceptedCoding::gzip : AcceptedCoding::identity;
}

ContentCoding content_coding(const Request& request) {
  const std::string all = list_of(request, "Content-Encoding");
  const std::string_view name = trim(all);
  if (name.empty() || equal_ignoring_case(name, "identity")) return ContentCoding::identity;
  return is_gzip(name) ? ContentCoding::gzip : ContentCoding::other;
}

Result<std::string> gunzip(std::string_view packed, std::size_t bytes_max) {
  Stream stream;
  stream.begin(inflateInit2(stream.get(), gzip_window_bits), inflateEnd);
  stream.read_from(packed);
  std::string out;
  std::size_t used = 0;
  for (int status = Z_OK; status != Z_STREAM_END || stream->avail_in > 0;) {
    if (status == Z_STREAM_END) inflateReset(stream.get());  // another member
    // Makes room whenever there is none, because there may be many members and empty ones. The limit has one
    // extra byte, which shows that the content is too long.
    if (used == out.size()) out.resize(std::min(std::max(used * 2, first_step), bytes_max + 1));
    stream->next_out = reinterpret_cast<Bytef*>(out.data() + used);
    stream->avail_out = uInt(out.size() - used);
    status = inflate(stream.get(), Z_NO_FLUSH);
    used = out.size() - stream->avail_out;
    if (used > bytes_max)
      return problem(Kind::limited, "the body is too long when it is unpacked", "http.body", "too-long");
    if (status == Z_MEM_ERROR) throw std::bad_alloc();
    if (status == Z_BUF_ERROR || (status == Z_OK && stream->avail_in == 0 && stream->avail_out > 0))
      return damaged("ends too early");
    if (status != Z_OK && status != Z_STREAM_END)
      return damaged("is not gzip, is damaged, or has extra bytes at its end");
  }
  out.resize(used);
  return out;
}

struct GzipStream::Content {
  Stream stream;
  std::string comment;
  gz_header header = {};

  std::string deflated(std::string_view bytes, int flush) {
    std::string out;
    std::size_t used = 0;
    int status = Z_OK;
    stream.read_from(bytes);
    do {  // until nothing is left inside
      out.resize(used + deflateBound(stream.get(), stream->avail_in) + flush_bytes);
      stream->next_out = reinterpret_cast<Bytef*>(out.data() + used);
      stream->avail_out = uInt(out.size() - used);
      status = deflate(stream.get(), flush);
      if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR) throw std::bad_alloc();
      used = out.size() - stream->avail_out;
    } while (stream->avail_out == 0);
    out.resize(used);
    return out;
  }
};

GzipStream::GzipStream(Effort effort, std::size_t padding) : content_(std::make_unique<Content>()) {
  Stream& stream = content_->stream;
  const int level = effort == Effort::quick ? Z_BEST_SPEED : Z_BEST_COMPRESSION;
  stream.begin(
      deflateInit2(stream.get(), level, Z_DEFLATED, gzip_window_bits, memory_level, Z_DEFAULT_STRATEGY),
      deflateEnd);
  content_->comment.assign(padding, 'x');
  content_->header.os = 255;  // unknown: nobody needs to know it
  if (padding > 0) content_->header.comment = reinterpret_cast<Bytef*>(content_->comment.data());
  deflateSetHeader(stream.get(), &content_->header);
}

GzipStream::~GzipStream() = default;

std::string GzipStream::add(std::string_view bytes) { return content_->deflated(bytes, Z_SYNC_FLUSH); }

std::string GzipStream::all(std::string_view bytes) { return content_->deflated(bytes, Z_FINISH); }

std::string GzipStream::end() { return content_->deflated({}, Z_FINISH); }

std::string gzip(std::string_view bytes, Effort effort, std::size_t padding) {
  GzipStream stream(effort, padding);
  return stream.all(bytes);
}

}  // namespace handoff::net
