// Routes as data: which change is an event, whom it goes to, for what purpose and how (README.md;
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

// How a message reaches its recipient, and what is in it (channels.h).
enum class Channel : std::uint8_t {
  document,           // composed for the recipient: an aftercare plan
  notification,       // ids of the resource and of what goes along
  view_notification,  // ids of what came into view; or that something went
};

// Where the recipients of an event come from (channels.h).
enum class Source : std::uint8_t {
  care_team,     // whom the care team names in a role
  changed_view,  // whoever sees more or less by a change of consents, of a kind of organization
};

// Who hears of an event, and what for.
struct RecipientRule {
  Source source = Source::care_team;
  std::string role;     // "pcp"; of a changed view, a kind of organization
  std::string purpose;  // "TREAT"
};

struct Route {
  std::string event;  // "E5"
  std::string code;   // "notification-tx-change"
  std::string title;
  std::string type;  // of the resource whose change is the event
  fhirpath::Expression condition;                        // on the resource as it is now
  std::optional<fhirpath::Expression> before = {};       // on the version before; there must be one, and it must hold
  bool on_update = false;                                // each new version is an event; else only the first
  std::optional<fhirpath::Expression> care_team = {};    // on the resource: references to its care team
  std::vector<RecipientRule> recipients;
  std::vector<std::string> never;  // kinds of organization that never get it, whatever a care team or a form says
  Channel channel = Channel::document;
  std::string topic;                 // canonical; of a notification
  std::vector<std::string> include;  // "CarePlan:goal": what a notification names beside its focus

  // Does any recipient come from there?
  bool has(Source source) const {
    return std::any_of(recipients.begin(), recipients.end(), [&](const RecipientRule& rule) { return rule.source == source; });
  }
};

// Immutable; any thread.
class Routes {
 public:
  Routes() = default;
  explicit Routes(std::vector<Route> all) : all_(std::move(all)) {}
  const std::vector<Route>& all() const { return all_; }
  const Route* find(std::string_view event) const;  // null: none

 private:
  std::vector<Route> all_;
};

// The routes in force: who works by them takes them once and keeps to these, while others may come into force. Any thread.
using CurrentRoutes = Current<Routes>;

// A file's name and its text.
using RouteFile = std::pair<std::string, std::string>;

// One file. Problem: incorrect; each issue's expression is "name: member", so that everything wrong is told at once.
Result<Route> read_route(std::string_view name, std::string_view text);
// All of a folder, in the order given. Problem: as above; also where two files are of one event, and where there is none.
Result<Routes> read_routes(const std::vector<RouteFile>& files);

}  // namespace handoff::routing
