// What a run of the sandbox did: for a program (--summary FILE) and for people.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "intake/record_file.h"
#include "store/store.h"

namespace handoff::gateway {

struct Delivery {
  std::string event;
  std::string patient_system, patient_value;  // the Medicaid member id
  std::string recipient;
  std::string status;  // delivered, withheld, failed
  std::optional<std::string> consent;
  std::string reason;
  bool is_earlier = false;  // it was finished before this start
};

// What a kept folder held when this start began.
struct Earlier {
  bool has_resources = false;
  std::set<std::int64_t> deliveries;  // ids in the outbox, only finished ones
};
Earlier earlier_of(const store::Snapshot& snapshot);

struct Seconds {
  double map = 0, load = 0, deliver = 0;
};

struct Summary {
  std::vector<intake::FeedReport> feeds;
  std::vector<std::pair<std::string, std::size_t>> resources;
  std::vector<Delivery> deliveries;
  Seconds seconds;
  bool is_continued = false;  // on a folder that held resources already
};

// What the store holds at the end, with the feeds' own reports.
Summary summarize(std::vector<intake::FeedReport> feeds, const store::Snapshot& snapshot,
                  const Seconds& seconds, const Earlier& earlier = {});

std::string to_json(const Summary& summary);
std::string to_text(const Summary& summary);

}  // namespace handoff::gateway
