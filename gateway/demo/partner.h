// All partners of the sandbox in one process. Each organization has a FHIR base that demands a token. Every
// message is written to DIR/received/<organization>/<n>.json before it is answered; the same message twice
// has one effect. A partner that is notified pulls what the notification names, and its result is the next
// file.
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

#include "demo/puller.h"
#include "net/http.h"

namespace handoff::gateway {

// Life: call stop() before the server that calls receive() is destroyed, because answers that wait for a pull
// are given then. The caller's thread writes messages. Pulls have threads of their own, so that a slow pull
// delays no other message.
class Partners {
 public:
  Partners(std::filesystem::path data, const Clock& machine);
  ~Partners();

  // Reads DIR/partner-tokens.json and what was received before. Problem: not_found, incorrect.
  Result<void> load();

  // POST /<organization>/fhir/Bundle. 201: all that the message asks for is on disk; 200: it already was;
  // 503: try again.
  void receive(const net::Request& request, net::Reply reply);

  // Ends the pulls, in a few seconds at most. Messages that wait for a pull are answered 503.
  void stop();

 private:
  struct Inbox {
    std::string token;
    std::size_t count = 0;
    std::set<std::string> identifiers;  // of messages that are on disk
    std::set<std::string> pulled;       // notifications whose resources are on disk, or cannot be had
    std::set<std::string> pulling;      // notifications whose resources are being asked for
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
  // Returns the status that answers a message; 0 if a pull will answer it.
  unsigned take(Inboxes::value_type& inbox, const net::Request& request, net::Reply& reply);
  unsigned take_notice(Inboxes::value_type& inbox, Notice notice, net::Reply& reply);
  void run();
  unsigned finish(Pull& pull, const Result<std::string>& pulled);

  const std::filesystem::path data_;
  Puller puller_;
  std::mutex mutex_;  // guards all below
  std::condition_variable changed_;
  Inboxes inboxes_;
  std::deque<Pull> waiting_;
  std::atomic<bool> stopping_{false};
  std::vector<std::thread> threads_;
};

// `handoff partner --data DIR`: serves with DIR's certificate on a free port and prints the port as one line
// on stdout. It ends with its parent or by signal. Returns the exit code.
int run_partner(const std::filesystem::path& data);

}  // namespace handoff::gateway
