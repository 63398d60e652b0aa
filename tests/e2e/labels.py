"""What a vendor's record says about itself, by its codes and by the words that people read: the labels that a
form must cover.

A strong signal gives a label by itself. A weak one needs a second one of its family from another element. In
a program with substance use content, every signal of substance use, even a weak one, falls under 42 CFR Part
2.
"""
import re
from dataclasses import dataclass

PART2 = "42CFRPart2"
MA_HIV = "MA-HIV"
SUBSTANCE_USE = frozenset({"SUD", "ETHUD", "OPIOIDUD"})
MENTAL_HEALTH = frozenset({"PSY", "MH"})

STRONG_CODES = {"F10": "ETHUD", "F11": "OPIOIDUD", "F64": "GDIS", "F84": "DVD", "B20": "HIV", "Z21": "HIV", "R75": "HIV",
                "O987": "HIV", "B9735": "HIV", "T401": "SUD", "T405": "SUD", "R45851": "MH", "T1491": "MH"}
STRONG_RANGES = (("F12", "F16", "SUD"), ("F18", "F19", "SUD"), ("F20", "F63", "PSY"), ("F65", "F69", "PSY"), ("F70", "F79", "DVD"),
                 ("F90", "F99", "PSY"), ("A50", "A64", "STD"))
STRONG_DRUGS = {"3554": "ETHUD", "82819": "ETHUD"}
WEAK_DRUGS = {"6813": "OPIOIDUD", "1819": "OPIOIDUD", "1010600": "OPIOIDUD", "7243": "SUD", "7242": "SUD", "1551468": "SUD"}
STRONG_WORDS = {"hiv": "HIV", "antiretroviral": "HIV", "domestic violence": "SDV", "sexual assault": "SDV", "restraining order": "SDV",
                "jail": "JI", "prison": "JI", "parole": "JI", "probation": "JI", "incarcerated": "JI", "house of correction": "JI"}
WEAK_WORDS = ("opioid use disorder", "alcohol use disorder", "substance use disorder", "heroin", "methadone", "buprenorphine",
              "suboxone", "naltrexone", "detox", "overdose")


# Names of facilities and of self-help groups. They tell as much as a code.
FACILITIES = (("SUD", r"opioid|opiate|methadone|suboxone|addiction|detox|sober|substance|alcohol|recovery (center|home|house)"),
              ("HIV", r"hiv|ryan white"), ("SDV", r"domestic violence|safe ?house|women's shelter"), ("MH", r"psychiatr"))
GROUPS = re.compile(r"\bAA\b|\bNA\b(?!$)|(?i:alcoholics anonymous|narcotics anonymous|al-?anon|alateen|nar-?anon|smart recovery)")


@dataclass(frozen=True)
class Labels:
    sensitivities: frozenset[str] = frozenset()
    regimes: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Signals:
    """The signals of one element: a concept's codings, or all the words of a resource."""
    strong: frozenset[str] = frozenset()
    weak: frozenset[str] = frozenset()  # only of substance use: no other family has weak ones here


def condition(icd10: str, text: str, sud_content: bool) -> Labels:
    plain = icd10.replace(".", "").upper()
    strong = {label for prefix, label in STRONG_CODES.items() if plain.startswith(prefix)}
    strong |= {label for first, last, label in STRONG_RANGES if first <= plain[:3] <= last}
    return settled(sud_content, Signals(frozenset(strong)), words(text))


def medication(rxnorm: str, text: str, sud_content: bool) -> Labels:
    code = Signals(frozenset({STRONG_DRUGS[rxnorm]} if rxnorm in STRONG_DRUGS else ()),
                   frozenset({WEAK_DRUGS[rxnorm]} if rxnorm in WEAK_DRUGS else ()))
    return settled(sud_content, code, words(text))


def text_only(text: str, sud_content: bool) -> Labels:
    return settled(sud_content, words(text))


def facility(name: str) -> frozenset[str]:
    return frozenset(label for label, pattern in FACILITIES if re.search(rf"\b({pattern})", name, re.IGNORECASE))


def told(sensitivities: frozenset[str], sud_content: bool) -> Labels:
    """The labels of a record that names facilities which tell this."""
    return settled(sud_content, Signals(sensitivities))


def words(text: str) -> Signals:
    def said(word: str) -> bool:
        return re.search(rf"\b{word}\b", text, re.IGNORECASE) is not None

    group = {"SUD"} if GROUPS.search(text) else set()
    return Signals(frozenset(group | {label for word, label in STRONG_WORDS.items() if said(word)}),
                   frozenset({"SUD"} if any(map(said, WEAK_WORDS)) else ()))


def settled(sud_content: bool, *elements: Signals) -> Labels:
    strong = frozenset().union(*(element.strong for element in elements))
    weak = [element.weak for element in elements if element.weak]
    found = strong
    if len(weak) > 1 or (weak and strong & SUBSTANCE_USE):
        found |= frozenset().union(*weak)
    regimes = ({PART2} if sud_content and (weak or found & SUBSTANCE_USE) else set()) | ({MA_HIV} if "HIV" in found else set())
    return Labels(found, frozenset(regimes))
