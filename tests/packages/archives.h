// Packages as tests make them: files in a tar archive, and the archive as gzip.
#pragma once

#include <zlib.h>

#include <algorithm>
#include <new>
#include <string>
#include <vector>

namespace handoff::packages {

struct File {
  std::string name;
  std::string content;
  char kind = '0';
};

inline std::string octal(std::size_t number, std::size_t digits) {
  std::string text(digits, '0');
  for (auto at = text.rbegin(); number > 0 && at != text.rend(); ++at, number /= 8)
    *at = char('0' + number % 8);
  return text;
}

inline std::string tar_header(const File& file) {
  std::string header(512, '\0');
  header.replace(0, std::min<std::size_t>(file.name.size(), 100), file.name.substr(0, 100));
  header.replace(124, 11, octal(file.content.size(), 11));
  header[156] = file.kind;
  header.replace(257, 5, "ustar");
  header.replace(148, 8, "        ");
  std::size_t sum = 0;
  for (const char c : header) sum += static_cast<unsigned char>(c);
  header.replace(148, 7, octal(sum, 6) + '\0');
  return header;
}

inline std::string tar(const std::vector<File>& files) {
  std::string text;
  for (const File& file : files) {
    text += tar_header(file) + file.content;
    text.resize((text.size() + 511) / 512 * 512, '\0');
  }
  return text + std::string(1024, '\0');
}

inline std::string gzip(const std::string& text) {
  z_stream stream = {};
  if (deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) throw std::bad_alloc();
  std::string out(deflateBound(&stream, text.size()) + 64, '\0');
  std::string in = text;
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = uInt(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = uInt(out.size());
  if (deflate(&stream, Z_FINISH) != Z_STREAM_END) throw std::bad_alloc();
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

inline std::string tgz(const std::vector<File>& files) { return gzip(tar(files)); }

}  // namespace handoff::packages
