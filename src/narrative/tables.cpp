#include "narrative/tables.h"

#include <algorithm>

#include "narrative/facts.h"

namespace handoff::narrative {
namespace {

using json::Value;

struct Table {
  std::vector<std::string_view> columns;
  std::vector<std::vector<std::string>> rows;  // plain text, as many as columns or fewer
};

std::string row(std::string_view cell, std::span<const std::string> texts) {
  std::string out = "<tr>";
  for (const std::string& text : texts)
    out.append("<").append(cell).append(">").append(escaped(text)).append("</").append(cell).append(">");
  return out + "</tr>";
}

// Shows only columns that have text in some row.
std::string table(const Table& whole) {
  std::vector<std::size_t> said;
  for (std::size_t column = 0; column < whole.columns.size(); ++column)
    if (std::any_of(whole.rows.begin(), whole.rows.end(),
                    [&](const auto& texts) { return column < texts.size() && !texts[column].empty(); }))
      said.push_back(column);
  std::vector<std::string> cells;
  for (const std::size_t column : said) cells.emplace_back(whole.columns[column]);
  std::string out = "<table><thead>" + row("th", cells) + "</thead><tbody>";
  for (const auto& texts : whole.rows) {
    cells.clear();
    for (const std::size_t column : said)
      cells.push_back(column < texts.size() ? texts[column] : std::string());
    out += row("td", cells);
  }
  return out + "</tbody></table>";
}

std::string team(Value care_team, const Resolve& resolve) {
  Table whole{{"Role", "Who", "Telephone"}, {}};
  for (TeamMember& member : members_of(care_team, resolve)) {
    if (member.name.empty()) member.name = "not named here";
    whole.rows.push_back({std::move(member.role), std::move(member.name), std::move(member.phones)});
  }
  const Summary summary = summary_of(care_team, resolve);
  std::string line =
      "<p>" + escaped(summary.subject.empty() ? summary.kind : std::string_view(summary.subject));
  for (const Fact& fact : summary.facts)
    if (fact.label != "Members") line += "; " + escaped(fact.text);
  return line + "</p>" + (whole.rows.empty() ? "" : table(whole));
}

// Resources of one type have their facts in the same order. So a column that a row lacks is inserted at its
// place in that order.
std::size_t column_of(Table& whole, std::string_view label, std::size_t after) {
  const auto found = std::find(whole.columns.begin() + 1, whole.columns.end(), label);
  if (found != whole.columns.end()) return std::size_t(found - whole.columns.begin());
  whole.columns.insert(whole.columns.begin() + std::ptrdiff_t(after) + 1, label);
  for (auto& texts : whole.rows)
    if (texts.size() > after + 1) texts.insert(texts.begin() + std::ptrdiff_t(after) + 1, std::string());
  return after + 1;
}

std::string listing(std::span<const Value> resources, const Resolve& resolve) {
  Table whole;
  for (const Value resource : resources) {
    Summary summary = summary_of(resource, resolve);
    if (summary.kind.empty()) summary.kind = resource["resourceType"].text();
    if (whole.columns.empty()) whole.columns.push_back(summary.kind);
    std::vector<std::string> texts = {summary.subject.empty() ? std::string(summary.kind)
                                                              : std::move(summary.subject)};
    std::size_t last = 0;
    for (Fact& fact : summary.facts) {
      last = column_of(whole, fact.label, last);
      if (texts.size() <= last) texts.resize(last + 1);
      texts[last] = std::move(fact.text);
    }
    whole.rows.push_back(std::move(texts));
  }
  return table(whole);
}

}  // namespace

std::string section_div(std::span<const Value> resources, const Resolve& resolve) {
  std::string body;
  for (auto left = resources; !left.empty();) {
    const auto type = left.front()["resourceType"].text();
    const auto other = std::find_if(left.begin(), left.end(),
                                    [&](Value each) { return each["resourceType"].text() != type; });
    const auto same = type == "CareTeam" ? 1 : std::size_t(other - left.begin());
    body += type == "CareTeam" ? team(left.front(), resolve) : listing(left.first(same), resolve);
    left = left.subspan(same);
  }
  return std::string(div_begin) + body + "</div>";
}

std::string paragraphs_div(std::span<const std::string> paragraphs) {
  std::string body;
  for (const std::string& paragraph : paragraphs) body += "<p>" + escaped(paragraph) + "</p>";
  return std::string(div_begin) + body + "</div>";
}

std::string headline(Value resource, const Resolve& resolve) {
  const Summary summary = summary_of(resource, resolve);
  std::string text = summary.subject;
  for (const char* const label : {"With", "When", "Members"})
    for (const Fact& fact : summary.facts)
      if (fact.label == label) text += (text.empty() ? "" : ", ") + fact.text;
  return text.empty() ? std::string(summary.kind.empty() ? resource["resourceType"].text() : summary.kind)
                      : text;
}

}  // namespace handoff::narrative
