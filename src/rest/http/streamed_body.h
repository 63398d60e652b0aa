// The rest of a long answer on its way to net: made on workers, piece by piece, each when its ledger entries
// are durable.
#pragma once

#include <atomic>
#include <memory>

#include "core/deadline.h"
#include "disclosure/disclosed.h"
#include "disclosure/gate.h"
#include "net/content_coding.h"
#include "net/http.h"
#include "rest/http/workers.h"

namespace handoff::rest {

// What a stream needs while it runs.
struct Streaming {
  const disclosure::Gate& gate;
  Workers& workers;
  Workers::Share share;
  const std::atomic<bool>& ending;  // the service ends: nothing goes on
  std::shared_ptr<void> request;    // keeps the service alive, and counts the stream
};

// Life: as long as net holds it.
class StreamedBody final : public net::BodySource, public std::enable_shared_from_this<StreamedBody> {
 public:
  StreamedBody(Streaming streaming, std::shared_ptr<disclosure::Rest> rest);
  void next(Take take) override;

 private:
  void make(const Take& take);
  Result<disclosure::Disclosed> piece();

  const Streaming streaming_;
  const std::shared_ptr<disclosure::Rest> rest_;
  const Deadline deadline_;
  std::atomic<bool> ended_{false};  // the last piece was made
};

// The same body as gzip. The stream has taken what came before.
class CodedBody final : public net::BodySource, public std::enable_shared_from_this<CodedBody> {
 public:
  CodedBody(Workers& workers, Workers::Share share, std::shared_ptr<net::BodySource> plain,
            std::unique_ptr<net::GzipStream> stream);
  void next(Take take) override;

 private:
  std::string coded(const std::string& piece);

  Workers& workers_;
  const Workers::Share share_;
  const std::shared_ptr<net::BodySource> plain_;
  const std::unique_ptr<net::GzipStream> stream_;
  bool ended_ = false;
};

}  // namespace handoff::rest
