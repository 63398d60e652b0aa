#include "consent/codes.h"

#include <algorithm>
#include <array>

namespace handoff::consent {
namespace {

struct Edge {
  std::string_view code;
  std::string_view parent;  // empty: no parent
};

constexpr Edge purposes[] = {
    {"TREAT", ""},
    {"COC", "TREAT"},
    {"POPHLTH", "TREAT"},
    {"CLINTRL", "TREAT"},
    {"TREATDS", "TREAT"},
    {"ETREAT", "TREAT"},
    {"BTG", "ETREAT"},
    {"ERTREAT", "ETREAT"},
    {"HPAYMT", ""},
    {"CLMATTCH", "HPAYMT"},
    {"COVAUTH", "HPAYMT"},
    {"COVERAGE", "HPAYMT"},
    {"REMITADV", "HPAYMT"},
    {"PMTDS", "HPAYMT"},
    {"ELIGDTRM", "COVERAGE"},
    {"ELIGVER", "COVERAGE"},
    {"ENROLLM", "COVERAGE"},
    {"MILDCRG", "COVERAGE"},
    {"HOPERAT", ""},
    {"CAREMGT", "HOPERAT"},
    {"DONAT", "HOPERAT"},
    {"FRAUD", "HOPERAT"},
    {"GOV", "HOPERAT"},
    {"HACCRED", "HOPERAT"},
    {"HCOMPL", "HOPERAT"},
    {"HDECD", "HOPERAT"},
    {"HDIRECT", "HOPERAT"},
    {"HDM", "HOPERAT"},
    {"HLEGAL", "HOPERAT"},
    {"HOUTCOMS", "HOPERAT"},
    {"HPRGRP", "HOPERAT"},
    {"HQUALIMP", "HOPERAT"},
    {"HSYSADMIN", "HOPERAT"},
    {"MEMADMIN", "HOPERAT"},
    {"MILCDM", "HOPERAT"},
    {"PATADMIN", "HOPERAT"},
    {"PATSFTY", "HOPERAT"},
    {"PERFMSR", "HOPERAT"},
    {"RECORDMGT", "HOPERAT"},
    {"SYSDEV", "HOPERAT"},
    {"TRAIN", "HOPERAT"},
    {"MLTRAINING", "TRAIN"},
    {"HRESCH", ""},
    {"BIORCH", "HRESCH"},
    {"CLINTRCH", "HRESCH"},
    {"DSRCH", "HRESCH"},
    {"POARCH", "HRESCH"},
    {"TRANSRCH", "HRESCH"},
    {"PATRQT", ""},
    {"FAMRQT", "PATRQT"},
    {"PWATRNY", "PATRQT"},
    {"SUPNWK", "PATRQT"},
    {"PUBHLTH", ""},
    {"DISASTER", "PUBHLTH"},
    {"THREAT", "PUBHLTH"},
    {"HMARKT", ""},
    {"HTEST", ""},
    {"JSUPV", ""},
    {"JPROC", ""},
    {"AUDIT", ""},
    {"QSO", ""},
};

constexpr Edge sensitivities[] = {
    {"SPI", ""},    {"SUD", "SPI"},    {"PSY", "SPI"},      {"PSYTHPN", "SPI"}, {"MH", "SPI"},
    {"BH", "SPI"},  {"ETHUD", "SUD"},  {"OPIOIDUD", "SUD"}, {"SUDNOTE", "SUD"}, {"DVD", "BH"},
    {"COGN", "BH"}, {"EMOTDIS", "BH"}, {"JI", ""},          {"CORI", "JI"},     {"HIV", ""},
    {"SDV", ""},    {"VIO", ""},       {"SEX", ""},         {"STD", ""},        {"GDIS", ""},
    {"SCA", ""},    {"TBOO", ""},
};

// Codes that a permission for their parent does not cover.
constexpr std::array<std::string_view, 2> cuts = {"BTG", "HLEGAL"};

template <std::size_t N>
const Edge* find(const Edge (&edges)[N], std::string_view code) {
  const auto* found = std::find_if(edges, edges + N, [code](const Edge& edge) { return edge.code == code; });
  return found == edges + N ? nullptr : found;
}

}  // namespace

bool purpose_is_within(std::string_view ancestor, std::string_view code) {
  while (code != ancestor) {
    const Edge* edge = find(purposes, code);
    if (!edge || edge->parent.empty()) return false;
    code = edge->parent;
  }
  return true;
}

bool purpose_covers(std::string_view ancestor, std::string_view code) {
  // A cut lies between a code and its parent. A permission above the cut does not reach what is below it.
  const auto reaches = [ancestor, code](std::string_view cut) {
    return purpose_is_within(cut, ancestor) || !purpose_is_within(cut, code);
  };
  return purpose_is_within(ancestor, code) && std::all_of(cuts.begin(), cuts.end(), reaches);
}

bool sensitivity_covers(std::string_view ancestor, std::string_view code) {
  if (code == "ETH") code = "SUD";
  if (ancestor == "ETH") ancestor = "SUD";
  while (code != ancestor) {
    const Edge* edge = find(sensitivities, code);
    if (!edge || edge->parent.empty()) return false;
    code = edge->parent;
  }
  return true;
}

bool is_purpose(std::string_view code) { return find(purposes, code) != nullptr; }
bool is_sensitivity(std::string_view code) { return code == "ETH" || find(sensitivities, code) != nullptr; }

int confidentiality_rank(std::string_view code) {
  constexpr std::string_view order = "ULMNRV";
  return code.size() == 1 && order.find(code) != order.npos ? int(order.find(code)) : -1;
}

}  // namespace handoff::consent
