#include "fhir/links.h"

#include <algorithm>
#include <iterator>
#include <vector>

namespace handoff::fhir {
namespace {

using json::Value;

constexpr std::string_view address_types[] = {"uri", "url", "oid", "uuid"};
constexpr std::string_view linking_attributes[] = {"href", "src"};
// What may stand for a character in an attribute. An address needs no other.
constexpr std::pair<std::string_view, char> entities[] = {
    {"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}};

std::string unescaped(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto entity = std::find_if(std::begin(entities), std::end(entities),
                                     [&](const auto& each) { return text.starts_with(each.first); });
    out += entity == std::end(entities) ? text.front() : entity->second;
    text.remove_prefix(entity == std::end(entities) ? 1 : entity->first.size());
  }
  return out;
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto entity = std::find_if(std::begin(entities), std::end(entities),
                                     [c](const auto& each) { return each.second == c; });
    if (entity == std::end(entities)) out += c;
    else out += entity->first;
  }
  return out;
}

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// The name of the attribute whose value begins behind `quote`, within a tag.
std::string_view attribute_before(std::string_view tag, std::size_t quote) {
  const auto back = [&](auto is) {
    while (quote > 0 && is(tag[quote - 1])) --quote;
  };
  back(is_blank);
  if (quote == 0 || tag[quote - 1] != '=') return {};
  --quote;
  back(is_blank);
  const std::size_t end = quote;
  back([](char c) { return !is_blank(c) && c != '<' && c != '"' && c != '\''; });
  return tag.substr(quote, end - quote);
}

// A narrative with the addresses in its tags replaced. The text between tags stays as it is.
std::string relink_narrative(std::string_view div, const Relink& address) {
  std::string out;
  std::size_t copied = 0;
  for (std::size_t at = div.find('<'); at < div.size();) {
    const std::size_t begin = at;
    for (++at; at < div.size() && div[at] != '>'; ++at) {
      if (div[at] != '"' && div[at] != '\'') continue;
      const std::size_t end = std::min(div.find(div[at], at + 1), div.size());
      const std::string_view name = attribute_before(div.substr(begin), at - begin);
      const bool links = std::find(std::begin(linking_attributes), std::end(linking_attributes), name) !=
                         std::end(linking_attributes);
      if (const auto link = links ? address(unescaped(div.substr(at + 1, end - at - 1))) : std::nullopt) {
        out.append(div.substr(copied, at + 1 - copied)).append(escaped(*link));
        copied = end;
      }
      at = end;
    }
    at = std::min(div.find('<', std::min(at, div.size())), div.size());
  }
  return out.append(div.substr(copied));
}

class Relinker {
 public:
  Relinker(json::Arena& arena, const Definitions& definitions, const Relinking& links)
      : arena_(arena), definitions_(definitions), links_(links) {}

  // `type` is null where R4 defines nothing.
  Value of(Value value, const Type* type) {
    if (value.is_array()) return of_array(value, type);
    if (value.is_object()) return of_object(value, type);
    return value.is_string() && type ? of_text(value, *type) : value;
  }

 private:
  Value of_array(Value array, const Type* type) {
    std::vector<Value> items;
    bool is_same = true;
    for (const Value item : array.items()) {
      items.push_back(of(item, type));
      is_same &= items.back().storage() == item.storage();
    }
    return is_same ? array : arena_.array(items);
  }

  Value of_object(Value object, const Type* type) {
    if (object["resourceType"].is_string()) type = definitions_.find_resource(object["resourceType"].text());
    if (!type) return object;
    std::vector<json::Member> members;
    bool is_same = true;
    for (const json::Member& member : object.members()) {
      const Value made = of_member(member, *type);
      is_same &= made.storage() == member.value.storage();
      members.push_back({member.key, made});
    }
    return is_same ? object : arena_.object(members);
  }

  Value of_member(const json::Member& member, const Type& type) {
    std::string_view name = member.key;
    if (name.starts_with('_')) return of(member.value, definitions_.find_type("Element"));
    if (type.name == "Reference" && name == "reference") return changed(member.value, links_.reference);
    return of(member.value, type.find_json(name).type);
  }

  Value of_text(Value text, const Type& type) {
    if (type.name == "xhtml") {
      if (!links_.address) return text;
      std::string div = relink_narrative(text.text(), links_.address);
      return div == text.text() ? text : arena_.string(div);
    }
    const bool is_address =
        std::find(std::begin(address_types), std::end(address_types), type.name) != std::end(address_types);
    return is_address ? changed(text, links_.address) : text;
  }

  Value changed(Value text, const Relink& relink) {
    if (!text.is_string() || !relink) return text;
    const auto link = relink(text.text());
    return link ? arena_.string(*link) : text;
  }

  json::Arena& arena_;
  const Definitions& definitions_;
  const Relinking& links_;
};

}  // namespace

Value relink(json::Arena& arena, Value resource, const Definitions& definitions, const Relinking& links) {
  return Relinker(arena, definitions, links).of(resource, nullptr);
}

}  // namespace handoff::fhir
