// Builds a Parameters resource.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "json/document.h"

namespace handoff::terminology {

class Answer {
 public:
  Answer& add(std::string_view name, std::string_view member, json::Value value) {
    parameters_.push_back(json_object({{"name", arena_.string(name)}, {member, value}}));
    return *this;
  }
  Answer& text(std::string_view name, std::string_view value, std::string_view member = "valueString") {
    return value.empty() ? *this : add(name, member, arena_.string(value));
  }
  Answer& truth(std::string_view name, bool value) {
    return add(name, "valueBoolean", json::Arena::boolean(value));
  }
  Answer& parts(std::string_view name, std::vector<json::Value> parts) {
    return add(name, "part", arena_.array(parts));
  }
  json::Value part(std::string_view name, std::string_view member, json::Value value) {
    return json_object({{"name", arena_.string(name)}, {member, value}});
  }
  json::Value json_object(std::initializer_list<json::Member> members) {
    return arena_.object(std::span<const json::Member>(members.begin(), members.size()));
  }
  json::Arena& arena() { return arena_; }
  std::string to_json() {
    return json::write(json_object(
        {{"resourceType", json::Arena::borrow("Parameters")}, {"parameter", arena_.array(parameters_)}}));
  }

 private:
  json::Arena arena_;
  std::vector<json::Value> parameters_;
};

}  // namespace handoff::terminology
