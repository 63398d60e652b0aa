#include "serve/client_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <set>

#include "auth/client.h"
#include "consent/codes.h"
#include "fhir/reference.h"
#include "serve/files.h"

namespace handoff::gateway {
namespace {

namespace fs = std::filesystem;
using json::Value;

using Wrong = std::string;  // empty: no fault

Wrong wrong_id(Value client) {
  const std::string_view id = client["client_id"].text();
  constexpr std::string_view beside = "-._~:/";
  const bool sound = !id.empty() && id.size() <= 128 && std::all_of(id.begin(), id.end(), [&](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           beside.find(c) != beside.npos;
  });
  return sound ? Wrong() : "must be 1 to 128 letters, digits or any of " + std::string(beside);
}

Wrong wrong_role(Value client) {
  const std::string_view role = client["role"].text();
  return auth::is_role(role)
             ? Wrong()
             : fmt::format("\"{}\" is not a client role; the roles are {}", role, auth::all_roles());
}

// A client that acts for the custodian (operator, auditor) has no organization. Every other client has one.
Wrong wrong_organization(Value client) {
  const std::string_view role = client["role"].text(), organization = client["organization"].text();
  if (role == "operator" || role == "auditor")
    return organization.empty() ? Wrong() : fmt::format("must not be given for the role {}", role);
  const bool sound = organization.starts_with("Organization/") && fhir::is_id(organization.substr(13));
  return sound ? Wrong()
               : fmt::format(
                     "\"{}\" is not a reference to an Organization, for example "
                     "Organization/ORG-PCP1",
                     organization);
}

Wrong wrong_purposes(Value client) {
  const std::string_view role = client["role"].text();
  for (const Value purpose : client["purposes"].items())
    if (!consent::is_purpose(purpose.text()))
      return fmt::format("\"{}\" is not a purpose of use (v3-ActReason)", purpose.text());
  if (client["purposes"].size() == 0 && role != "operator" && role != "auditor")
    return "at least one is needed, for example TREAT";
  return {};
}

constexpr std::string_view forms_of_scopes =
    "write system/TYPE.LETTERS, for example system/CarePlan.rs or system/*.cruds; "
    "the letters are c (create), r (read), u (update), d (delete) and s (search), in this order";

Wrong wrong_scopes(Value client) {
  for (const Value scope : client["scopes"].items())
    if (!auth::parse_scope(scope.text()))
      return fmt::format("\"{}\" is not a SMART scope: {}", scope.text(), forms_of_scopes);
  return client["scopes"].size() > 0 ? Wrong() : "at least one is needed, for example system/CarePlan.rs";
}

Wrong wrong_keys(Value client) {
  const Value uri = client["jwks_uri"], keys = client["jwks"]["keys"];
  if (uri && client["jwks"]) return "must not be given together with jwks_uri";
  if (uri) return uri.text().starts_with("https://") ? "" : "jwks_uri must be an https URL";
  if (keys.size() == 0) return "must hold at least one key";
  std::set<std::string_view> kids;
  for (const Value jwk : keys.items()) {
    if (jwk["d"]) return "holds a private key; register the public one";
    if (auto key = auth::Key::from_jwk(jwk); !key) return key.error().summary();
    if (!kids.insert(jwk["kid"].text()).second)
      return fmt::format("two keys have the kid \"{}\"", jwk["kid"].text());
  }
  return {};
}

struct Check {
  std::string_view member;
  Wrong (*wrong)(Value client);
};
constexpr Check checks[] = {
    {"client_id", wrong_id},      {"role", wrong_role},     {"organization", wrong_organization},
    {"purposes", wrong_purposes}, {"scopes", wrong_scopes}, {"jwks", wrong_keys}};

// The lock is on the folder, because the folder always exists and a lock on it leaves no file behind.
int lock_folder(const fs::path& file) {
  const fs::path folder = fs::absolute(file).parent_path();
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor >= 0) ::flock(descriptor, LOCK_EX);
  return descriptor;
}

}  // namespace

ClientFile::ClientFile(ClientFile&& other) noexcept
    : file_(std::move(other.file_)),
      lock_(std::exchange(other.lock_, -1)),
      document_(std::move(other.document_)),
      root_(other.root_) {}

ClientFile::~ClientFile() {
  if (lock_ >= 0) ::close(lock_);
}

Result<ClientFile> ClientFile::open(const fs::path& file, bool create) {
  ClientFile opened;
  opened.file_ = file;
  opened.lock_ = lock_folder(file);
  if (opened.lock_ < 0)
    return problem(Kind::not_found, "no such folder: " + fs::absolute(file).parent_path().string());
  const bool absent = create && !fs::exists(file);
  const auto text = absent ? Result<std::string>(R"({"clients": []})") : read_file(file);
  if (!text) return text.error();
  auto parsed = json::parse(*text, {.relaxed = true});
  if (!parsed) return problem(Kind::incorrect, file.string() + ": " + parsed.error().summary());
  if (!parsed->root()["clients"].is_array())
    return problem(Kind::incorrect, file.string() + ": clients must be a list");
  opened.document_ = std::move(*parsed);
  opened.root_ = opened.document_.root();
  return opened;
}

Value ClientFile::find(std::string_view client_id) const {
  for (const Value client : clients().items())
    if (client["client_id"].text() == client_id) return client;
  return {};
}

void ClientFile::put(Value client) {
  std::vector<Value> all;
  bool placed = false;
  for (const Value each : clients().items()) {
    const bool same = each["client_id"].text() == client["client_id"].text();
    all.push_back(same ? client : each);
    placed |= same;
  }
  if (!placed) all.push_back(client);
  root_ = json::with_member(arena(), root_, "clients", arena().array(all));
}

void ClientFile::remove(std::string_view client_id) {
  std::vector<Value> all;
  for (const Value each : clients().items())
    if (each["client_id"].text() != client_id) all.push_back(each);
  root_ = json::with_member(arena(), root_, "clients", arena().array(all));
}

Result<void> ClientFile::save() const {
  struct stat known = {};
  const int mode = ::stat(file_.c_str(), &known) == 0 ? int(known.st_mode & 0777) : 0644;
  return write_file(file_, json::write_pretty(root_) + "\n", mode);
}

Result<void> check_client(Value client) {
  Problem found{Kind::incorrect, {}};
  for (const Check& check : checks)
    if (Wrong wrong = check.wrong(client); !wrong.empty())
      found.issues.push_back(
          problem(Kind::incorrect, std::move(wrong), std::string(check.member)).issues.front());
  if (!found.issues.empty()) return found;
  return {};
}

}  // namespace handoff::gateway
