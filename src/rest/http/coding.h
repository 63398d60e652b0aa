// Bodies that come and go as gzip (RFC 9110, sections 8.4 and 12.5.3): what that costs is spent on workers, and counted.
//
// Sizes tell. To who asks, a coded answer tells nothing but the plain one: it is made of that alone, with no memory of other answers.
// To who only sees how much is sent, a text of its choice beside a secret would tell the secret, for what is alike packs well: answers
// with tokens come plain, and all others get a comment of random length.
#pragma once

#include <map>
#include <memory>
#include <mutex>

#include "net/content_coding.h"
#include "rest/http/routes.h"
#include "rest/http/workers.h"

namespace handoff::rest {

// May answers of this route be coded? Null: no such route.
bool is_coded(const Route* route);

// Problem: unsupported (406), if neither coding is acceptable.
Result<void> check_accepted(net::AcceptedCoding accepted);

bool is_worth_coding(net::AcceptedCoding accepted, const net::Response& response);
// Codes the body, unless it would not be shorter and may come as it is. Pieces that follow are coded on the workers.
void code(net::AcceptedCoding accepted, net::Response& response, Workers& workers, Workers::Share share);

// How much the unpacked bodies of one client that are under way may take together: an address is counted as they arrive, packed.
// Any thread.
class UnpackedBodies {
 public:
  // Unpacks the body in its place. `held` counts until its last copy goes. Problem: unsupported (another coding, 415), incorrect
  // (no gzip), limited (longer than `bytes_max`, 413; too much is under way, 429).
  Result<void> unpack(net::Request& request, std::size_t bytes_max, Workers::Share share, std::shared_ptr<void>& held);

 private:
  std::shared_ptr<void> take(Workers::Share share, std::size_t bytes);
  void give_back(Workers::Share share, std::size_t bytes);

  std::mutex mutex_;
  std::map<Workers::Share, std::size_t> of_;
};

}  // namespace handoff::rest
