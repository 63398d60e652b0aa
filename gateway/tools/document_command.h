// `handoff document show`: renders a document as a page for people.
#pragma once

#include <filesystem>
#include <iosfwd>
#include <optional>

namespace handoff::gateway {

struct DocumentOptions {
  std::filesystem::path file;
  std::optional<std::filesystem::path> to;  // none: to `out`
};

// Exit code: 0; 1 the file is no document, or the page cannot be written; 2 the file cannot be read.
int run_document_show(std::ostream& out, const DocumentOptions& options);

}  // namespace handoff::gateway
