// What one requester may see of one state of the store. Producers of answers (read.h, search.h, history.h, …)
// know only this interface. A recipient sees what consents allow (recipient_view.h); the custodian sees
// everything (custodian_view.h).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "disclosure/released.h"
#include "search/query.h"
#include "store/numbers.h"
#include "store/search.h"

namespace handoff::disclosure {

// One resource, as a requester names it.
struct ReadRequest {
  std::string type;
  std::string id;
  std::optional<std::string> version = {};    // vread: the version or tag that the requester was told
  std::optional<std::uint32_t> written = {};  // what the requester wrote just now, by its number in the store
  Deadline deadline = {};                     // TimeOver is thrown when it passes
};

// One request, one thread. The snapshot outlives the view.
class View {
 public:
  virtual ~View() = default;

  // Does the current resource exist for the requester? False for a hidden resource and for a missing one.
  virtual bool sees(std::string_view type, std::string_view id) const = 0;
  // May the requester search by these parameters, sort and includes? Problem: incorrect, naming the
  // parameter.
  virtual Result<void> check(const search::Query& query) const = 0;
  // The stored version that the request names. Nothing if it does not exist for the requester. It still has
  // to be released.
  virtual std::optional<store::Version> find(const ReadRequest& request) const = 0;
  // The versions of a resource, newest first. Each still has to be released.
  virtual std::vector<store::Version> history(std::string_view type, std::string_view id) const = 0;
  // Nothing if the version is hidden from the requester.
  virtual std::optional<Released> release(const store::Version& version) const = 0;
  // What the ledger must say before these resources leave. `channel`: "read" or "search".
  virtual std::vector<std::string> ledger_entries(std::string_view channel,
                                                  const std::vector<Leaving>& leaving) const = 0;

  // A page of a search, as store::Searches::search(). The requester cannot tell a hidden reference in the
  // query from a missing one.
  virtual Result<store::SearchResult> find_all(const search::Query& query, std::string_view after,
                                               const Deadline& deadline = {}) const = 0;

  // Frees what was read and released. No Released of this view may be used afterwards.
  virtual void forget() const {}

  // The stored version of this number. It still has to be released.
  virtual std::optional<store::Version> at(store::Pk pk) const = 0;

  // Is the version shown, and does what is shown of it fit?
  using Predicate = std::function<bool(json::Value shown)>;
  bool shows(const store::Version& version, const Predicate& fits) const;
  // The number of the current version in the store, if the requester was shown it as `request.version`.
  // Nothing if the current version is another, or if there is none.
  std::optional<std::uint32_t> number_of(const ReadRequest& request) const;
};

}  // namespace handoff::disclosure
