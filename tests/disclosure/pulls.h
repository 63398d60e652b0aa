// A client that pulls every night what changed since the night before, and deletes what it can no longer
// read. After that it holds what it may hold. The gateway and the machine have the same clock.
#pragma once

#include "sqlite/engine.h"
#include "store/resources.h"
#include "views.h"

namespace handoff::disclosure {

class PullsTest : public ViewsTest {
 protected:
  void SetUp() override {
    ViewsTest::SetUp();
    gate_.reset();
    admission_.reset();
    store_.reset();
    store_ = sqlite::engine().open({folder_ / "handoff.db", "key"}, clock_).value();
    admission_.emplace(*store_, sample::shared_indexer(), sample::shipped_routes(), clock_,
                       sample::shared_validator());
    clock_.set(sample::at("2024-02-01T02:00:00Z"));
  }
  void pass_hours(int hours) { clock_.set(clock_.now() + std::chrono::hours{hours}); }

  struct Client {
    explicit Client(Audience who) : audience(std::move(who)), scope(audience) {}
    const Audience audience;
    Scope scope;
    std::optional<Instant> last;              // when it pulled
    std::map<std::string, std::string> held;  // "Goal/g1" to what it was given
    Names given;                              // in the last pull
  };

  // Pulls these types, or all of them.
  void pull(Client& client, const std::vector<std::string>& of = {std::begin(types), std::end(types)}) {
    const store::Snapshot snapshot = store_->snapshot();
    const RecipientView view(snapshot, client.scope, client.audience, clock_.now());
    search::Parameters parameters{{"_total", "accurate"}};
    if (client.last) parameters.emplace_back("_lastUpdated", "gt" + format_instant(*client.last));
    client.given.clear();
    for (const std::string& type : of) {
      const Found found = pages(view, snapshot, query_of(type, parameters));
      EXPECT_EQ(found.total, found.names.size());
      for (const std::string& name : found.names) {
        client.given.insert(name);
        client.held[name] = shown(view, snapshot, name).value_or("");
      }
    }
    std::erase_if(client.held, [&](const auto& one) { return !shown(view, snapshot, one.first); });
    client.last = clock_.now();
  }

  static std::optional<Released> released_of(const RecipientView& view, const store::Snapshot& snapshot,
                                             const std::string& name) {
    const auto parts = fhir::split_reference(name);
    const auto version =
        view.sees(parts->type, parts->id) ? snapshot.resources().read(parts->type, parts->id) : std::nullopt;
    return version ? view.release(*version) : std::nullopt;
  }
  static std::optional<std::string> shown(const RecipientView& view, const store::Snapshot& snapshot,
                                          const std::string& name) {
    const auto released = released_of(view, snapshot, name);
    if (!released) return std::nullopt;
    EXPECT_EQ(released->resource["meta"]["lastUpdated"].text(), format_instant(released->updated)) << name;
    return json::write(released->resource);
  }
  // The time that this recipient is shown; none: it is not shown the resource.
  std::optional<Instant> time_of(const Audience& audience, const std::string& name) const {
    const store::Snapshot snapshot = store_->snapshot();
    Scope scope(audience);
    const RecipientView view(snapshot, scope, audience, clock_.now());
    const auto released = released_of(view, snapshot, name);
    return released ? std::optional(released->updated) : std::nullopt;
  }
};

}  // namespace handoff::disclosure
