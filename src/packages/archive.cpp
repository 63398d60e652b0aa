#include "packages/archive.h"

#include <fmt/format.h>
#include <zlib.h>

#include <charconv>
#include <memory>

#include "core/limits.h"

namespace handoff::packages {
namespace {

constexpr std::size_t block = 512;

Problem broken(std::string why) { return problem(Kind::incorrect, "the archive " + std::move(why)); }

struct Inflater {
  z_stream stream = {};
  bool is_open = false;
  Inflater() { is_open = inflateInit2(&stream, 15 + 16) == Z_OK; }  // 16: gzip only
  ~Inflater() {
    if (is_open) inflateEnd(&stream);
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
};

Result<std::string> inflate_all(std::string_view bytes) {
  if (bytes.size() > limits::package_bytes_max)
    return broken(fmt::format("is longer than {} bytes", limits::package_bytes_max));
  Inflater inflater;
  if (!inflater.is_open) throw std::bad_alloc();
  inflater.stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  inflater.stream.avail_in = uInt(bytes.size());
  std::string out;
  int status = Z_OK;
  while (status == Z_OK) {
    const std::size_t begin = out.size();
    if (begin >= limits::package_unpacked_bytes_max)
      return broken(fmt::format("unpacks to more than {} bytes", limits::package_unpacked_bytes_max));
    out.resize(begin + (1u << 20));
    inflater.stream.next_out = reinterpret_cast<Bytef*>(out.data() + begin);
    inflater.stream.avail_out = uInt(out.size() - begin);
    status = inflate(&inflater.stream, Z_NO_FLUSH);
    out.resize(out.size() - inflater.stream.avail_out);
    if (status == Z_OK && out.size() == begin) return broken("ends too early");
  }
  if (status == Z_BUF_ERROR) return broken("ends too early");
  if (status != Z_STREAM_END) return broken("is no gzip file, or is damaged");
  return out;
}

std::string_view field(std::string_view header, std::size_t begin, std::size_t size) {
  const std::string_view text = header.substr(begin, size);
  return text.substr(0, text.find('\0'));
}

// Octal digits, perhaps after blanks. Anything else is refused, including binary sizes (of files beyond 8
// GB).
std::optional<std::size_t> read_octal(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, 8);
  if (error != std::errc()) return std::nullopt;
  return end == text.data() + text.size() || *end == ' ' ? std::optional(number) : std::nullopt;
}

bool checksum_fits(std::string_view header) {
  const auto stored = read_octal(field(header, 148, 8));
  std::size_t sum = 0;
  for (std::size_t i = 0; i < block; ++i)
    sum += i >= 148 && i < 156 ? ' ' : static_cast<unsigned char>(header[i]);
  return stored && *stored == sum;
}

// The path in the records of a pax header: "27 path=package/long.json\n".
std::string pax_path(std::string_view records) {
  while (!records.empty()) {
    std::size_t size = 0;
    const auto [end, error] = std::from_chars(records.data(), records.data() + records.size(), size);
    const auto begin = std::size_t(end - records.data()) + 1;
    if (error != std::errc() || size <= begin || size > records.size()) return {};
    const std::string_view record = records.substr(begin, size - begin - 1);
    if (record.starts_with("path=")) return std::string(record.substr(5));
    records.remove_prefix(size);
  }
  return {};
}

bool is_safe(std::string_view name) {
  if (name.empty() || name.size() > limits::package_name_bytes_max || name[0] == '/' ||
      name.find('\\') != name.npos)
    return false;
  for (std::size_t begin = 0; begin <= name.size();) {
    const auto end = std::min(name.find('/', begin), name.size());
    if (name.substr(begin, end - begin) == "..") return false;
    begin = end + 1;
  }
  return true;
}

std::string name_of(std::string_view header) {
  const std::string_view prefix = field(header, 345, 155), name = field(header, 0, 100);
  const bool has_prefix = header.substr(257, 5) == "ustar" && header[262] == '\0' && !prefix.empty();
  return has_prefix ? std::string(prefix) + "/" + std::string(name) : std::string(name);
}

Result<std::vector<ArchiveFile>> read_tar(std::string_view tar, bool (*wanted)(std::string_view name)) {
  std::vector<ArchiveFile> files;
  std::string long_name;
  std::size_t entries = 0;
  while (tar.size() >= block && tar.substr(0, block).find_first_not_of('\0') != tar.npos) {
    const std::string_view header = tar.substr(0, block);
    const auto size = read_octal(field(header, 124, 12));
    if (!checksum_fits(header) || !size) return broken("holds no tar archive, or is damaged");
    if (++entries > limits::package_files_max)
      return broken(fmt::format("holds more than {} files", limits::package_files_max));
    const std::size_t padded = (*size + block - 1) / block * block;
    if (*size > tar.size() || padded > tar.size() - block) return broken("ends within a file");
    const std::string_view content = tar.substr(block, *size);
    tar.remove_prefix(block + padded);
    const char kind = header[156];
    if (kind == 'x') long_name = pax_path(content);
    if (kind == 'L') long_name = content.substr(0, content.find('\0'));
    if (kind == 'x' || kind == 'L' || kind == 'g') continue;
    std::string name = long_name.empty() ? name_of(header) : std::move(long_name);
    long_name.clear();
    if (!is_safe(name)) return broken("holds a file with a name that leads out of it, or is too long");
    if ((kind == '0' || kind == '\0') && wanted(name))
      files.push_back({std::move(name), std::string(content)});
  }
  if (entries == 0) return broken("is empty");
  return files;
}

}  // namespace

Result<std::vector<ArchiveFile>> read_archive(std::string_view tgz, bool (*wanted)(std::string_view name)) {
  auto tar = inflate_all(tgz);
  if (!tar) return tar.error();
  return read_tar(*tar, wanted);
}

}  // namespace handoff::packages
