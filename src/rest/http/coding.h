// Bodies as gzip, in both directions (RFC 9110, sections 8.4 and 12.5.3). Coding runs on workers, and
// unpacked bodies are counted.
// Sizes can reveal content. The requester learns nothing from a coded answer that the plain one does not
// tell: each answer is coded alone, with no memory of other answers. A listener on the network sees only
// sizes. If that listener can place a text of its choice beside a secret, the size tells if both are similar,
// because similar texts pack well. So answers with tokens come plain, and all others get a comment of random
// length.
#pragma once

#include <map>
#include <memory>
#include <mutex>

#include "net/content_coding.h"
#include "rest/http/routes.h"
#include "rest/http/workers.h"

namespace handoff::rest {

// May answers of this route be coded? Null (no such route): no.
bool is_coded(const Route* route);

// Problem: unsupported (406), if neither coding is acceptable.
Result<void> check_accepted(net::AcceptedCoding accepted);

bool is_worth_coding(net::AcceptedCoding accepted, const net::Response& response);
// Codes the body. It stays plain if it would not get shorter and the client accepts it plain. Pieces that
// follow are coded on the workers.
void code(net::AcceptedCoding accepted, net::Response& response, Workers& workers, Workers::Share share);

// Limits how many bytes the unpacked bodies of one client may take at once. While bodies arrive packed, they
// count for the address. Any thread.
class UnpackedBodies {
 public:
  // Unpacks the body in place. It is counted until the last copy of `held` is gone. Problem: unsupported
  // (another coding, 415), incorrect (no gzip), limited (longer than `bytes_max`, 413; too much at once,
  // 429).
  Result<void> unpack(net::Request& request, std::size_t bytes_max, Workers::Share share,
                      std::shared_ptr<void>& held);

 private:
  std::shared_ptr<void> take(Workers::Share share, std::size_t bytes);
  void give_back(Workers::Share share, std::size_t bytes);

  std::mutex mutex_;
  std::map<Workers::Share, std::size_t> of_;
};

}  // namespace handoff::rest
