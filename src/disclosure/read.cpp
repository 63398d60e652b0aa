#include "disclosure/read.h"

#include "core/hash.h"
#include "disclosure/seal.h"
#include "disclosure/texts.h"
#include "json/document.h"

namespace handoff::disclosure {
namespace {

// `make` gets what is shown of the resource, and what the ledger must say of that.
template <class Made, class Make>
Result<Made> make_of(const Gate& gate, const auth::Requester& requester, const ReadRequest& request,
                     Make make) {
  const store::Snapshot snapshot = gate.snapshot();
  const auto view = gate.view_of(requester, snapshot);
  if (!view) return view.error();
  const auto version = (*view)->find(request);
  const auto released = version ? (*view)->release(*version) : std::nullopt;
  const bool is_meant = released && (!request.version || released->version == *request.version ||
                                     released->tag == *request.version);
  if (!is_meant) return problem(Kind::not_found, "there is no such resource");
  if (released->deleted) return problem(Kind::gone, "the resource was deleted");
  return make(*released, (*view)->ledger_entries("read", {{reference_of(*version), &*released}}));
}

json::Value resource_of(const Released& released, std::optional<json::Document>& parsed) {
  if (released.resource) return released.resource;
  if (auto stored = json::parse(released.stored)) parsed = std::move(*stored);
  return parsed ? parsed->root() : json::Value();
}

}  // namespace

Result<Disclosed> read(const Gate& gate, const auth::Requester& requester, const ReadRequest& request) {
  return make_of<Disclosed>(gate, requester, request,
                            [](const Released& released, std::vector<std::string> entries) {
                              return Result<Disclosed>(seal(released, std::move(entries)));
                            });
}

Result<BinaryContent> read_content(const Gate& gate, const auth::Requester& requester,
                                   const ReadRequest& request) {
  return make_of<BinaryContent>(
      gate, requester, request,
      [](const Released& released, std::vector<std::string> entries) -> Result<BinaryContent> {
        std::optional<json::Document> parsed;
        const json::Value binary = resource_of(released, parsed);
        auto bytes = base64_decode(binary["data"].text());
        if (!bytes || bytes->empty()) return problem(Kind::not_found, "the Binary has no content");
        return BinaryContent{seal(released, std::move(*bytes), std::move(entries)),
                             std::string(binary["contentType"].text())};
      });
}

}  // namespace handoff::disclosure
