// Routes as data: which change is an event, who receives it, for what purpose and how (README.md;
// gateway/routes/README.md is the format). Pure.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/current.h"
#include "core/result.h"
#include "fhirpath/expression.h"

namespace handoff::routing {

// How a message reaches its recipient, and what it contains (channels.h).
enum class Channel : std::uint8_t {
  document,           // composed for the recipient: an aftercare plan
  notification,       // ids of the resource and of its included resources
  view_notification,  // ids of what came into view; or that something was withdrawn
};

// Where the recipients of an event come from (channels.h).
enum class Source : std::uint8_t {
  care_team,     // organizations with a role in the care team
  changed_view,  // organizations of a kind that see more or less after a change of consents
};

// Who hears of an event, and for what purpose.
struct RecipientRule {
  Source source = Source::care_team;
  std::string role;     // "pcp"; for a changed view, a kind of organization
  std::string purpose;  // "TREAT"
};

struct Route {
  std::string event;  // "E5"
  std::string code;   // "notification-tx-change"
  std::string title;
  std::string type;                                    // of the resource whose change is the event
  fhirpath::Expression condition;                      // on the resource as it is now
  std::optional<fhirpath::Expression> before = {};     // on the version before, which must exist
  bool on_update = false;                              // each new version is an event; else only the first
  std::optional<fhirpath::Expression> care_team = {};  // on the resource: references to its care team
  std::vector<RecipientRule> recipients;
  // kinds of organization that never get it, even if a care team or a form names them
  std::vector<std::string> never;
  Channel channel = Channel::document;
  std::string topic;                 // canonical; of a notification
  std::vector<std::string> include;  // "CarePlan:goal": what a notification names beside its focus

  // True if any recipient comes from this source.
  bool has(Source source) const {
    return std::any_of(recipients.begin(), recipients.end(),
                       [&](const RecipientRule& rule) { return rule.source == source; });
  }
};

// Immutable. Any thread.
class Routes {
 public:
  Routes() = default;
  explicit Routes(std::vector<Route> all) : all_(std::move(all)) {}
  const std::vector<Route>& all() const { return all_; }
  const Route* find(std::string_view event) const;  // null: none

 private:
  std::vector<Route> all_;
};

// The routes in force. A task takes them once and keeps these, although newer ones may come into force
// meanwhile. Any thread.
using CurrentRoutes = Current<Routes>;

// A file's name and its text.
using RouteFile = std::pair<std::string, std::string>;

// Reads one file. Problem: incorrect. Each issue's expression is "name: member", so that all errors are
// reported at once.
Result<Route> read_route(std::string_view name, std::string_view text);
// Reads all files of a folder, in the given order. Problem: as above; also if two files are for one event, or
// if there is no file.
Result<Routes> read_routes(const std::vector<RouteFile>& files);

}  // namespace handoff::routing
