"""What a recipient may have of one case, record by record; and the words of the rest, which must not reach
it."""
from collections.abc import Iterable
from dataclasses import dataclass, field

import labels
from decision import PLAIN, Delivery, Permission
from labels import Labels
from records import Values


@dataclass
class Permitted:
    permission: Permission
    sud_content: bool
    conditions: list[Values] = field(default_factory=list)
    medications: list[Values] = field(default_factory=list)
    goals: list[Values] = field(default_factory=list)
    interventions: list[str] = field(default_factory=list)
    care_team: bool = True
    appointments: list[Values] = field(default_factory=list)
    aftercare: list[str] = field(default_factory=list)  # words of the aftercare: medications and supports
    hidden: set[str] = field(default_factory=set)       # words that reveal something that is not permitted
    labels: set[str] = field(default_factory=set)       # of everything that is permitted
    numbers: set[str] = field(default_factory=set)      # of the consents that release it

    def take(self, of: Labels, *words: str) -> bool:
        """True if something with these labels is permitted. If not, its words are hidden."""
        found = self.permission.numbers(of)
        if found:
            self.numbers |= found
            self.labels |= of.sensitivities | of.regimes
        else:
            self.hidden |= set(words)
        return bool(found)

    def settle(self) -> "Permitted":
        """A word that something permitted also says is not secret."""
        said = self.interventions + self.aftercare + [item["text"] for item in self.conditions + self.medications + self.goals]
        self.hidden = {word for word in self.hidden if not any(word in text for text in said)}
        return self


def of_plan(delivery: Delivery) -> Permitted:
    """The care plan and what it refers to, without medications, because these refer to the plan."""
    plan, sud = delivery.case.plan, delivery.sud_content
    result = Permitted(delivery.permission, sud)
    result.take(PLAIN)
    for item in plan["addresses"]:
        if result.take(labels.condition(item["icd10"], item["text"], sud), item["icd10"], item["text"]):
            result.conditions.append(item)
    for item in plan["goals"]:
        if result.take(labels.text_only(item["text"], sud), item["text"]):
            result.goals.append(item)
    named = dict.fromkeys(text for goal in plan["goals"] for text in goal["interventions"])
    result.interventions = texts(result, named)
    members = [plan["team"].get(role) for role in ("pcp", "outpatient", "mobileCrisis", "plan")]
    result.care_team = take_facilities(result, delivery, members)
    for item in plan["medications"]:
        if not delivery.permission.permits(labels.medication(item["rxnorm"], item["text"], sud)):
            result.hidden |= {f'"{item["rxnorm"]}"', item["text"]}
    return result.settle()


def of_document(delivery: Delivery) -> Permitted:
    """The same with the medications, and with what the aftercare says in words."""
    assert delivery.case.discharge
    result = of_plan(delivery)
    for item in delivery.case.plan["medications"]:
        if result.take(labels.medication(item["rxnorm"], item["text"], result.sud_content), item["text"]):
            result.medications.append(item)
    aftercare = delivery.case.discharge["aftercare"]
    result.appointments = [item for item in aftercare["appointments"] if take_facilities(result, delivery, [item["with"]])]
    result.aftercare = texts(result, aftercare["medications"] + aftercare["supports"])
    return result.settle()


def take_facilities(result: Permitted, delivery: Delivery, organizations: Iterable[str]) -> bool:
    """True if a record that names these organizations is permitted. If not, their names and ids are hidden,
    except the recipient's."""
    named, network = [each for each in organizations if each], delivery.network
    told = frozenset[str]().union(*map(network.tells, named))
    telling = [each for each in named if network.tells(each) and each not in (delivery.recipient, delivery.case.enrolment["vendor"])]
    return result.take(labels.told(told, delivery.sud_content), *telling, *(network.names[each] for each in telling))


def texts(result: Permitted, all_of_them: Iterable[str]) -> list[str]:
    return [text for text in all_of_them if result.take(labels.text_only(text, result.sud_content), text)]
