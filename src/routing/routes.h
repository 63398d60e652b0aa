// Routes as data: which change is an event, whom it goes to, for what purpose and how (README.md;
// gateway/routes/README.md is the format). Pure.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/current.h"
#include "core/result.h"
#include "fhirpath/expression.h"

namespace handoff::routing {

enum class Channel { document, notification };

// Who hears of an event, and what for: a role of the care team; of a change of consents, a kind of organization.
struct RecipientRule {
  std::string role;     // "pcp"
  std::string purpose;  // "TREAT"
};

struct Route {
  std::string event;  // "E5"
  std::string code;   // "notification-tx-change"
  std::string title;
  std::string type;  // of the resource whose change is the event
  fhirpath::Expression condition;
  bool on_update = false;  // each new version is an event; else only the first
  std::vector<RecipientRule> recipients;
  Channel channel = Channel::document;
  std::string topic;                 // canonical; of a notification
  std::vector<std::string> include;  // "CarePlan:goal": what a notification names beside its focus

  // An event of a Consent: whoever comes to see more or less by it hears of it, if the rules name its kind of organization.
  bool is_of_consents() const { return type == "Consent"; }
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
