#include "rest/http/streamed_body.h"

#include "core/boundary.h"
#include "core/limits.h"
#include "core/log.h"

namespace handoff::rest {
namespace {

Problem cannot_go_on() { return problem(Kind::fault, "the answer cannot go on"); }

}  // namespace

StreamedBody::StreamedBody(Streaming streaming, std::shared_ptr<disclosure::Rest> rest)
    : streaming_(std::move(streaming)),
      rest_(std::move(rest)),
      deadline_(Deadline::after(limits::streamed_answer_time)) {}

void StreamedBody::next(Take take) {
  if (ended_) return take(std::string());
  streaming_.workers.resume(streaming_.share, [self = shared_from_this(), take = std::move(take)] {
    if (!runs_to_end("rest: a piece of an answer", [&] { self->make(take); })) take(cannot_go_on());
  });
}

Result<disclosure::Disclosed> StreamedBody::piece() {
  if (deadline_.passed() || streaming_.ending) return cannot_go_on();
  return rest_->next();
}

void StreamedBody::make(const Take& take) {
  auto made = piece();
  if (!made) log::error("rest: an answer was cut: " + made.error().summary());
  if (!made) return take(made.error());
  std::vector<std::string> entries = made->take_entries();
  ended_ = made->take_rest() == nullptr;
  const auto bytes = std::make_shared<std::string>(std::move(*made).take());
  if (entries.empty()) return take(std::move(*bytes));
  streaming_.gate.record(std::move(entries), [take, bytes](const Result<void>& recorded) {
    take(recorded ? Result<std::string>(std::move(*bytes)) : Result<std::string>(recorded.error()));
  });
}

CodedBody::CodedBody(Workers& workers, Workers::Share share, std::shared_ptr<net::BodySource> plain,
                     std::unique_ptr<net::GzipStream> stream)
    : workers_(workers), share_(share), plain_(std::move(plain)), stream_(std::move(stream)) {}

void CodedBody::next(Take take) {
  if (ended_) return take(std::string());
  plain_->next([self = shared_from_this(), take = std::move(take)](Result<std::string> piece) {
    if (!piece) return take(std::move(piece));
    self->workers_.resume(self->share_, [self, take, piece = std::move(*piece)] {
      std::string bytes;
      const bool coded = runs_to_end("rest: a coded piece of an answer", [&] { bytes = self->coded(piece); });
      take(coded ? Result<std::string>(std::move(bytes)) : Result<std::string>(cannot_go_on()));
    });
  });
}

std::string CodedBody::coded(const std::string& piece) {
  ended_ = piece.empty();
  return ended_ ? stream_->end() : stream_->add(piece);
}

}  // namespace handoff::rest
