#include "disclosure/notification.h"

#include <initializer_list>
#include <string_view>

#include "core/civil.h"

namespace handoff::disclosure {
namespace {

using json::Arena;
using json::Member;
using json::Value;

constexpr std::string_view status_profile =
    "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-subscription-status-r4";

class Composer {
 public:
  Composer(Arena& arena, const NotificationParts& parts) : arena_(arena), parts_(parts) {}

  Value compose() {
    std::vector<Value> entries{status_entry()};
    if (!parts_.focus.empty()) entries.push_back(focus_entry());
    for (const std::string& reference : parts_.context)
      entries.push_back(entry(reference, "GET", reference, "200"));
    return object(
        {{"resourceType", text("Bundle")},
         {"identifier", object({{"system", text("urn:ietf:rfc:3986")}, {"value", text(parts_.identifier)}})},
         {"type", text("history")},
         {"timestamp", time()},
         {"entry", arena_.array(entries)}});
  }

 private:
  Value text(std::string_view value) { return arena_.string(value); }
  Value time() { return text(format_instant(parts_.timestamp)); }
  Value object(std::initializer_list<Member> members) {
    return arena_.object({members.begin(), members.size()});
  }
  Value array(std::initializer_list<Value> items) { return arena_.array({items.begin(), items.size()}); }
  std::string absolute(std::string_view reference) const {
    return parts_.base + "/" + std::string(reference);
  }
  Value reference(std::string_view to) { return object({{"reference", text(absolute(to))}}); }
  Value parameter(std::string_view name, std::string_view type, Value value) {
    return object({{"name", text(name)}, {type, value}});
  }

  // bdl-3, bdl-4: in a history every entry has a request and a response.
  Value request(std::string_view method, std::string_view url) {
    return object({{"method", text(method)}, {"url", text(url)}});
  }
  Value response(std::string_view status) { return object({{"status", text(status)}}); }
  Value entry(std::string_view to, std::string_view method, std::string_view url, std::string_view status) {
    return object(
        {{"fullUrl", text(absolute(to))}, {"request", request(method, url)}, {"response", response(status)}});
  }

  Value focus_entry() {
    const std::string type = parts_.focus.substr(0, parts_.focus.find('/'));
    return parts_.created ? entry(parts_.focus, "POST", type, "201")
                          : entry(parts_.focus, "PUT", parts_.focus, "200");
  }

  Value status_entry() {
    return object({{"fullUrl", text(parts_.identifier)},
                   {"resource", status()},
                   {"request", request("GET", subscription_of(parts_) + "/$status")},
                   {"response", response("200")}});
  }
  Value status() {
    return object(
        {{"resourceType", text("Parameters")},
         {"meta", object({{"profile", array({text(status_profile)})}})},
         {"parameter", array({parameter("subscription", "valueReference", reference(subscription_of(parts_))),
                              parameter("topic", "valueCanonical", text(parts_.topic)),
                              parameter("status", "valueCode", text("active")),
                              parameter("type", "valueCode", text("event-notification")), event()})}});
  }
  Value event() {
    std::vector<Value> all{
        parameter("event-number", "valueString", text(std::to_string(parts_.event_number))),
        parameter("timestamp", "valueInstant", time())};
    if (!parts_.focus.empty()) all.push_back(parameter("focus", "valueReference", reference(parts_.focus)));
    for (const std::string& each : parts_.context)
      all.push_back(parameter("additional-context", "valueReference", reference(each)));
    return object({{"name", text("notification-event")}, {"part", arena_.array(all)}});
  }

  Arena& arena_;
  const NotificationParts& parts_;
};

}  // namespace

std::string subscription_of(const NotificationParts& parts) {
  return "Subscription/" + parts.topic.substr(parts.topic.rfind('/') + 1) + "-" + parts.recipient;
}

Value compose_notification(Arena& arena, const NotificationParts& parts) {
  return Composer(arena, parts).compose();
}

}  // namespace handoff::disclosure
