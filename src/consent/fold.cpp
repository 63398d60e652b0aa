#include "consent/fold.h"

#include <algorithm>
#include <set>
#include <vector>

#include "consent/codes.h"
#include "json/document.h"
#include "json/writer.h"

namespace handoff::consent {
namespace {

using json::Arena;
using json::Member;
using json::Value;

// Any instant will do: a class holds only what is in force, so no time is compared any more.
constexpr Instant some_instant{};

// The purposes that a client may be registered for (auth/README.md).
constexpr std::string_view purposes[] = {"TREAT", "COC", "HPAYMT", "HOPERAT", "JSUPV", "SUPNWK"};

Value list(Arena& arena, auto texts) {
  std::sort(texts.begin(), texts.end());
  std::vector<Value> items;
  for (const std::string& text : texts) items.push_back(arena.string(text));
  return arena.array(items);
}

std::vector<std::string> texts(Value array) {
  std::vector<std::string> all;
  for (const Value item : array.items()) all.emplace_back(item.text());
  return all;
}

// What a verdict needs of a provision in force. It leaves out number and patient, so that many patients share
// the text.
std::string provision_text(const Directive& d) {
  Arena arena;
  const Provision& root = d.root;
  const Member members[] = {
      {"type", arena.string(root.type == ProvisionType::deny ? "deny" : "permit")},
      {"sound", Arena::boolean(d.defects.empty())},
      {"disclosers", list(arena, d.organizations)},
      {"categories", list(arena, d.categories)},
      {"named", Arena::boolean(!root.actors.empty())},
      {"purposes", list(arena, root.purposes)},
      {"most", arena.integer(root.confidentiality_most)},
      {"least", arena.integer(root.confidentiality_least)},
      {"sensitivities", list(arena, root.sensitivities)},
      {"classes", list(arena, root.classes)},
  };
  return json::write(arena.object(members));
}

Directive directive_of(Value text, std::string_view recipient) {
  Directive d;
  d.status = "active";
  d.organizations = texts(text["disclosers"]);
  d.categories = texts(text["categories"]);
  if (!text["sound"].truth()) d.defects.emplace_back("quarantined");
  d.root.type = text["type"].text() == "deny" ? ProvisionType::deny : ProvisionType::permit;
  if (text["named"].truth()) d.root.actors.emplace_back(recipient);
  d.root.purposes = texts(text["purposes"]);
  d.root.confidentiality_most = std::stoi(std::string(text["most"].text()));
  d.root.confidentiality_least = std::stoi(std::string(text["least"].text()));
  d.root.sensitivities = texts(text["sensitivities"]);
  d.root.classes = texts(text["classes"]);
  return d;
}

Value labels_text(Arena& arena, const Labels& labels) {
  const auto of = [&](const std::set<std::string>& codes) {
    return list(arena, std::vector<std::string>(codes.begin(), codes.end()));
  };
  const Member members[] = {{"level", arena.string({&labels.confidentiality, 1})},
                            {"sensitivities", of(labels.sensitivities)},
                            {"marks", of(labels.marks)},
                            {"regimes", of(labels.regimes)}};
  return arena.object(members);
}

Labels labels_of_text(Value text) {
  const auto set_of = [](Value array) {
    const auto all = texts(array);
    return std::set<std::string>(all.begin(), all.end());
  };
  const std::string_view level = text["level"].text();
  return {level.empty() ? 'V' : level.front(), set_of(text["sensitivities"]), set_of(text["marks"]),
          set_of(text["regimes"])};
}

void note_boundary(std::optional<Instant>& until, std::optional<Instant> boundary, Instant at) {
  if (boundary && *boundary > at && (!until || *boundary < *until)) until = boundary;
}

bool could_speak(const Directive& d, std::string_view recipient) {
  return d.root.actors.empty() ||
         std::find(d.root.actors.begin(), d.root.actors.end(), recipient) != d.root.actors.end();
}

// Consents that speak to the recipient for at least one of their own disclosers.
std::vector<const Directive*> speaking_for_any(const Asker& asker, std::span<const Directive> directives) {
  std::set<const Directive*> found;
  Asker of = asker;
  for (const Directive& d : directives) {
    if (d.organizations.empty()) of.discloser.clear();
    else of.discloser = d.organizations.front();
    for (const Directive* speaks : speaking(of, directives))
      if (speaks == &d) found.insert(speaks);
  }
  return {found.begin(), found.end()};
}

}  // namespace

std::vector<Instant> dates_of(const Directive& directive) {
  std::vector<Instant> dates;
  if (directive.signed_at) dates.push_back(*directive.signed_at);
  if (directive.root.period_first) dates.push_back(*directive.root.period_first);
  if (directive.root.period_last) dates.push_back(*directive.root.period_last + std::chrono::milliseconds{1});
  return dates;
}

Class fold(const Asker& asker, std::span<const Directive> directives) {
  Class folded;
  std::set<std::string> provisions;
  for (const Directive* d : speaking_for_any(asker, directives))
    if (d->status == "active" && in_period(d->root, asker.at) && concerns(*d, asker.purpose))
      provisions.insert(provision_text(*d));
  if (!provisions.empty()) {
    json::Writer writer(folded.text);
    writer.begin_array();
    for (const std::string& provision : provisions) writer.raw(provision);
    writer.end_array();
  }
  for (const Directive& d : directives) {
    if (!could_speak(d, asker.recipient) || !concerns(d, asker.purpose)) continue;
    for (const Instant date : dates_of(d)) note_boundary(folded.until, date, asker.at);
    for (const Directive& other : directives)  // a later one may replace it
      if (!d.identifier.empty() && other.identifier == d.identifier)
        note_boundary(folded.until, other.signed_at, asker.at);
  }
  return folded;
}

std::vector<Grant> fold_all(std::span<const Directive> directives, Instant at) {
  std::set<std::string> recipients{std::string(anyone)};
  for (const Directive& d : directives) recipients.insert(d.root.actors.begin(), d.root.actors.end());
  std::vector<Grant> grants;
  std::set<std::string> named;
  for (const Directive& d : directives) named.insert(d.named.begin(), d.named.end());
  for (const std::string& recipient : named)
    grants.push_back({recipient, std::string(naming), {"[]", std::nullopt}});
  for (const std::string& recipient : recipients) {
    for (const std::string_view purpose : purposes) {
      Class folded = fold({recipient, {}, std::string(purpose), at}, directives);
      if (!folded.text.empty() || folded.until)
        grants.push_back({recipient, std::string(purpose), std::move(folded)});
    }
  }
  return grants;
}

std::string shape_of(const Row& row) {
  Arena arena;
  std::vector<Member> own;
  for (const std::string& discloser : row.disclosers)
    if (const auto found = row.own.find(discloser); found != row.own.end())
      own.push_back({arena.copy(discloser), labels_text(arena, found->second)});
  std::vector<Member> members = {
      {"type", arena.string(row.type)},
      {"labels", labels_text(arena, row.labels)},
      {"disclosers", list(arena, row.disclosers)},
      {"own", arena.object(own)},
      {"patient", Arena::boolean(row.of_patient)},
      {"booking", Arena::boolean(row.booking)},
      {"third_party", Arena::boolean(row.third_party)},
      {"asks", Arena::boolean(row.asks)},
  };
  if (!row.named.empty()) members.push_back({"named", list(arena, row.named)});
  return json::write(arena.object(members));
}

std::optional<Row> row_of(std::string_view shape) {
  const auto parsed = json::parse(shape);
  if (!parsed || parsed->root()["labels"]["level"].size() != 1) return std::nullopt;
  const Value text = parsed->root();
  Row row;
  row.type = text["type"].text();
  row.labels = labels_of_text(text["labels"]);
  row.disclosers = texts(text["disclosers"]);
  for (const Member& member : text["own"].members())
    row.own[std::string(member.key)] = labels_of_text(member.value);
  row.of_patient = text["patient"].truth();
  row.booking = text["booking"].truth();
  row.third_party = text["third_party"].truth();
  row.asks = text["asks"].truth();
  row.named = texts(text["named"]);
  return row;
}

std::span<const std::string_view> registered_purposes() { return purposes; }

std::optional<std::vector<Directive>> directives_of_class(std::string_view class_text,
                                                          std::string_view recipient) {
  std::vector<Directive> directives;
  if (class_text.empty()) return directives;
  const auto parsed = json::parse(class_text);
  if (!parsed) return std::nullopt;
  for (const Value provision : parsed->root().items())
    directives.push_back(directive_of(provision, recipient));
  return directives;
}

RowDecision decide_class(std::string_view recipient, std::string_view purpose, std::string_view class_text,
                         std::string_view shape) {
  const auto row = row_of(shape);
  const auto directives = directives_of_class(class_text, recipient);
  if (!row || !directives) return {};
  return decide_row({std::string(recipient), {}, std::string(purpose), some_instant}, *row, *directives);
}

bool decide_folded(std::string_view recipient, std::string_view purpose, std::string_view class_text,
                   std::string_view shape) {
  return decide_class(recipient, purpose, class_text, shape).permit;
}

}  // namespace handoff::consent
