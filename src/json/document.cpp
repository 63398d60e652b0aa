#include "json/document.h"

#include <fmt/format.h>
#include <rapidjson/error/en.h>
#include <rapidjson/prettywriter.h>
#include <rapidjson/reader.h>
#include <rapidjson/stringbuffer.h>

#include <algorithm>
#include <cstring>

#include "core/text.h"

namespace handoff::json {
namespace {

using Stream = rapidjson::InsituStringStream;

// A zero byte ends the text. RAPIDJSON_SSE2 stays undefined: the vector instructions of Debian 12's RapidJSON
// let the control characters from 0x1A to 0x1F through, in reading and in writing.
constexpr std::size_t padding_bytes = 1;

// Builds values bottom-up: finished values wait on a stack until their array or object ends. Strings, keys
// and numbers stay where the reader left them, in the arena's copy of the text.
class Handler {
 public:
  Handler(Arena& arena, const ParseOptions& options, Stream& stream, const char* begin,
          std::unordered_map<const void*, std::size_t>& offsets)
      : arena_(arena), options_(options), stream_(stream), begin_(begin), offsets_(offsets) {
    values_.reserve(at_once);
    keys_.reserve(at_once);
    members_.reserve(at_once);
  }

  bool Null() { return push(Arena::null()); }
  bool Bool(bool truth) { return push(Arena::boolean(truth)); }
  bool RawNumber(const char* text, rapidjson::SizeType length, bool) {
    note(text, std::size_t(text - begin_));
    return push(Arena::borrow_number({text, length}));
  }
  bool String(const char* text, rapidjson::SizeType length, bool) {
    if (has_lone_surrogate({text, length})) return false;
    if (length > 0) note(text, std::size_t(text - begin_) - 1);
    return push(Arena::borrow({text, length}));
  }
  bool Key(const char* text, rapidjson::SizeType length, bool) {
    if (has_lone_surrogate({text, length})) return false;
    if (length > 0) note(text, std::size_t(text - begin_) - 1);
    keys_.emplace_back(text, length);
    return true;
  }
  bool StartObject() { return open(); }
  bool StartArray() { return open(); }
  bool EndArray(rapidjson::SizeType count) {
    const Value array = arena_.array(std::span(values_).last(count));
    values_.resize(values_.size() - count);
    return close(array);
  }
  bool EndObject(rapidjson::SizeType count) {
    members_.clear();
    for (std::size_t i = 0; i < count; ++i)
      members_.push_back({keys_[keys_.size() - count + i], values_[values_.size() - count + i]});
    if (has_duplicate()) return false;
    values_.resize(values_.size() - count);
    keys_.resize(keys_.size() - count);
    return close(arena_.object_of(members_));
  }
  // Never called: numbers arrive as text.
  bool Int(int) { return false; }
  bool Uint(unsigned) { return false; }
  bool Int64(std::int64_t) { return false; }
  bool Uint64(std::uint64_t) { return false; }
  bool Double(double) { return false; }

  Value root() const { return values_.front(); }
  const std::string& refusal() const { return refusal_; }

 private:
  bool push(Value value) {
    values_.push_back(value);
    return true;
  }
  bool open() {
    begins_.push_back(stream_.Tell());  // the iterative reader calls this before it takes the bracket
    if (begins_.size() <= options_.depth_max) return true;
    refusal_ = fmt::format("nested deeper than {} levels", options_.depth_max);
    return false;
  }
  bool close(Value value) {
    if (value.storage()) note(value.storage(), begins_.back());
    begins_.pop_back();
    return push(value);
  }
  bool has_duplicate() {
    if (members_.size() <= compared_pairwise_max) {
      for (std::size_t i = 1; i < members_.size(); ++i)
        for (std::size_t j = 0; j < i; ++j)
          if (members_[i].key == members_[j].key) return refuse_duplicate(members_[i].key);
      return false;
    }
    sorted_.clear();
    for (const Member& member : members_) sorted_.push_back(member.key);
    std::sort(sorted_.begin(), sorted_.end());
    const auto twice = std::adjacent_find(sorted_.begin(), sorted_.end());
    return twice != sorted_.end() && refuse_duplicate(*twice);
  }
  bool refuse_duplicate(std::string_view key) {
    refusal_ = fmt::format("duplicate key \"{}\"", key);
    return true;
  }
  // The reader refuses a lone high surrogate, but turns a lone low one ("\ude00") into bytes that are not
  // UTF-8.
  bool has_lone_surrogate(std::string_view text) {
    for (auto at = text.find('\xed'); at != text.npos; at = text.find('\xed', at + 1)) {
      if (static_cast<unsigned char>(text[at + 1]) < 0xa0) continue;
      refusal_ = "a surrogate stands alone";
      return true;
    }
    return false;
  }
  void note(const void* storage, std::size_t offset) {
    if (options_.offsets) offsets_[storage] = offset;
  }

  static constexpr std::size_t at_once = 64, compared_pairwise_max = 16;

  Arena& arena_;
  const ParseOptions& options_;
  Stream& stream_;
  const char* const begin_;
  std::unordered_map<const void*, std::size_t>& offsets_;
  std::vector<Value> values_;
  std::vector<std::string_view> keys_;
  std::vector<std::size_t> begins_;
  std::vector<Member> members_;
  std::vector<std::string_view> sorted_;
  std::string refusal_;
};

Problem malformed(std::string_view text, std::size_t offset, std::string_view what) {
  const Position at = position_at(text, offset);
  return problem(Kind::incorrect,
                 fmt::format("not valid JSON: {} (line {}, column {})", what, at.line, at.column), {},
                 "structure");
}

// For a control character in a string, the reader reports an invalid escape. This gives the right reason.
std::string_view reason_of(const rapidjson::ParseResult& parsed, std::string_view text) {
  const bool is_control =
      parsed.Offset() < text.size() && static_cast<unsigned char>(text[parsed.Offset()]) < 0x20;
  if (is_control && parsed.Code() == rapidjson::kParseErrorStringEscapeInvalid)
    return "a control character in a string must be escaped";
  return rapidjson::GetParseError_En(parsed.Code());
}

template <class Writer>
void emit(Writer& writer, Value value) {
  switch (value.type()) {
    case Type::absent:
    case Type::null: writer.Null(); break;
    case Type::boolean: writer.Bool(value.truth()); break;
    case Type::number:
      writer.RawValue(value.text().data(), value.text().size(), rapidjson::kNumberType);
      break;
    case Type::string: writer.String(value.text().data(), rapidjson::SizeType(value.text().size())); break;
    case Type::array:
      writer.StartArray();
      for (const Value item : value.items()) emit(writer, item);
      writer.EndArray();
      break;
    case Type::object:
      writer.StartObject();
      for (const Member& member : value.members()) {
        writer.Key(member.key.data(), rapidjson::SizeType(member.key.size()));
        emit(writer, member.value);
      }
      writer.EndObject();
      break;
  }
}

}  // namespace

std::optional<std::size_t> Document::offset_of(const void* storage) const {
  const auto found = offsets_.find(storage);
  if (found == offsets_.end()) return std::nullopt;
  return found->second;
}

Result<Document> parse(std::string_view text, const ParseOptions& options) {
  if (text.size() > options.bytes_max)
    return problem(Kind::incorrect, fmt::format("JSON longer than {} bytes", options.bytes_max), {},
                   "too-long");
  if (const auto end = utf8_bytes(text); end != text.size())
    return malformed(text, end, "Invalid encoding in string.");
  if (const auto end = text.find('\0'); end != text.npos) return malformed(text, end, "a NUL character");
  Document document;
  char* const bytes = document.arena_.copy_padded(text, padding_bytes);
  Stream stream(bytes);
  Handler handler(document.arena_, options, stream, bytes, document.offsets_);
  rapidjson::Reader reader;
  constexpr unsigned strict =
      rapidjson::kParseIterativeFlag | rapidjson::kParseInsituFlag | rapidjson::kParseNumbersAsStringsFlag;
  constexpr unsigned relaxed = strict | rapidjson::kParseCommentsFlag | rapidjson::kParseTrailingCommasFlag;
  const rapidjson::ParseResult parsed =
      options.relaxed ? reader.Parse<relaxed>(stream, handler) : reader.Parse<strict>(stream, handler);
  if (parsed.IsError()) {
    const std::string_view what =
        handler.refusal().empty() ? reason_of(parsed, text) : std::string_view(handler.refusal());
    return malformed(text, parsed.Offset(), what);
  }
  document.root_ = handler.root();
  return document;
}

// The buffer is kept for the next call, unless it grew large.
void write(Value value, std::string& out) {
  constexpr std::size_t kept_bytes_max = 1u << 20;
  thread_local rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  emit(writer, value);
  out.append(buffer.GetString(), buffer.GetSize());
  const bool large = buffer.GetSize() > kept_bytes_max;
  buffer.Clear();
  if (large) buffer.ShrinkToFit();
}

std::string write(Value value) {
  std::string out;
  write(value, out);
  return out;
}

std::string write_pretty(Value value) {
  rapidjson::StringBuffer buffer;
  rapidjson::PrettyWriter<rapidjson::StringBuffer> writer(buffer);
  writer.SetIndent(' ', 2);
  emit(writer, value);
  return {buffer.GetString(), buffer.GetSize()};
}

Position position_at(std::string_view text, std::size_t offset) {
  Position at;
  for (const char c : text.substr(0, std::min(offset, text.size()))) {
    if (c == '\n') ++at.line, at.column = 1;
    else ++at.column;
  }
  return at;
}

}  // namespace handoff::json
