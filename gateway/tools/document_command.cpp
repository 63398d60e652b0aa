#include "tools/document_command.h"

#include <fmt/format.h>

#include <fstream>
#include <ostream>

#include "core/limits.h"
#include "json/document.h"
#include "serve/files.h"
#include "tools/document_page.h"

namespace handoff::gateway {
namespace {

constexpr std::size_t document_bytes_max = limits::http_body_bytes_max;  // as large as a received one may be

int refuse(const DocumentOptions& options, const std::string& why, int exit_code) {
  fmt::print(stderr, "handoff document show: {}: {}\n", options.file.string(), why);
  return exit_code;
}

}  // namespace

int run_document_show(std::ostream& out, const DocumentOptions& options) {
  std::ifstream in(options.file, std::ios::binary);
  std::string text(document_bytes_max + 1, '\0');
  if (!in || (!in.read(text.data(), std::streamsize(text.size())) && !in.eof()))
    return refuse(options, "it cannot be read", 2);
  text.resize(std::size_t(in.gcount()));
  if (text.size() > document_bytes_max)
    return refuse(options, fmt::format("it is larger than {} MiB", document_bytes_max >> 20), 1);
  const auto parsed = json::parse(text);
  if (!parsed) return refuse(options, parsed.error().summary(), 1);
  const auto page = document_page(parsed->root());
  if (!page) return refuse(options, page.error().summary(), 1);
  if (options.to) {
    constexpr int owner_only = 0600;  // it holds a person's record
    if (const auto written = write_file(*options.to, *page, owner_only); !written)
      return refuse(options, written.error().summary(), 1);
    return 0;
  }
  out << *page << std::flush;
  return out ? 0 : refuse(options, "the page cannot be written", 1);
}

}  // namespace handoff::gateway
