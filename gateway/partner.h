// All partners of the sandbox in one process: a FHIR base for each organization, a token demanded, every message written to
// DIR/received/<organization>/<n>.json before it is answered; the same message twice has one effect. Whoever is notified
// pulls what the notification names, and what it got is the next file.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "net/http.h"
#include "puller.h"

namespace handoff::gateway {

// Life: stop() before the server that calls receive() goes, since answers that wait for a pull are given then. Messages are
// written on the caller's thread; pulls have threads of their own, so that a slow one holds up no other message.
class Partners {
 public:
  Partners(std::filesystem::path data, const Clock& machine);
  ~Partners();

  // DIR/partner-tokens.json, and what was received before. Problem: not_found, incorrect.
  Result<void> load();

  // POST /<organization>/fhir/Bundle. 201: all that the message asks for is on disk; 200: it was before; 503: try again.
  void receive(const net::Request& request, net::Reply reply);

  // Ends the pulls, a few seconds at most; messages that wait for one are answered 503.
  void stop();

 private:
  struct Inbox {
    std::string token;
    std::size_t count = 0;
    std::set<std::string> identifiers;  // of messages that are on disk
    std::set<std::string> pulled;       // of notifications for which what they name is on disk, or cannot be had
    std::set<std::string> pulling;      // of notifications for which it is being asked
  };
  using Inboxes = std::map<std::string, Inbox, std::less<>>;
  struct Pull {
    Inboxes::value_type* inbox;
    Notice notice;
    net::Reply reply;
  };

  void remember_received(const std::filesystem::path& folder, Inbox& inbox) const;
  Inboxes::value_type* find_inbox(std::string_view target);
  bool write_next(Inboxes::value_type& inbox, std::string_view bytes);
  // The answer to a message; 0 if a pull will give it.
  unsigned take(Inboxes::value_type& inbox, const net::Request& request, net::Reply& reply);
  unsigned take_notice(Inboxes::value_type& inbox, Notice notice, net::Reply& reply);
  void run();
  unsigned finish(Pull& pull, const Result<std::string>& pulled);

  const std::filesystem::path data_;
  Puller puller_;
  std::mutex mutex_;  // of all below
  std::condition_variable changed_;
  Inboxes inboxes_;
  std::deque<Pull> waiting_;
  std::atomic<bool> stopping_{false};
  std::vector<std::thread> threads_;
};

// `handoff partner --data DIR`: serves with DIR's certificate on a free port, prints the port as one line on stdout, and
// ends with its parent or by signal. Exit code.
int run_partner(const std::filesystem::path& data);

}  // namespace handoff::gateway
