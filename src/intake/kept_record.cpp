#include "intake/kept_record.h"

namespace handoff::intake {

Result<void> KeptRecord::load(const std::string& mapping, const std::string& values, const Office& office) {
  auto known = office.mapping(mapping);
  if (!known)
    return problem(Kind::unavailable,
                   "the mapping that read the record is missing: " + known.error().summary());
  mapping_ = std::move(*known);
  auto parsed = json::parse(values);
  if (!parsed) return problem(Kind::fault, "the record cannot be read");
  values_ = std::move(*parsed);
  source_.values = values_.root();
  stages_ = mapping_->stages(source_);
  stage_ = newest_stage(stages_, office.now());
  return {};
}

Result<KeptRecord> KeptRecord::of(const store::Review& review, const Office& office) {
  KeptRecord kept;
  kept.feed_ = review.feed, kept.file_ = review.file, kept.file_hash_ = review.file_hash;
  kept.source_.number = review.record;
  kept.source_.key = review.key;
  kept.source_.content_hash = review.content;
  if (auto loaded = kept.load(review.mapping, review.source, office); !loaded) return loaded.error();
  return kept;
}

Result<KeptRecord> KeptRecord::of(const store::IntakeWaiting& waiting, const Office& office) {
  KeptRecord kept;
  kept.feed_ = waiting.state.feed, kept.file_ = waiting.file, kept.file_hash_ = waiting.file_hash;
  kept.source_.number = waiting.record;
  kept.source_.key = waiting.key;
  kept.source_.content_hash = waiting.state.content;
  if (auto loaded = kept.load(waiting.mapping, waiting.source, office); !loaded) return loaded.error();
  return kept;
}

}  // namespace handoff::intake
