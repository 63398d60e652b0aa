"""What one recipient may have of one person on one day, by the vendors' consent form, and so whether a
message goes to it.

The network is opt-in. Without a form in force that covers it, nothing goes from one organization to another.
A message goes if the care plan itself may go. What the plan refers to is decided one by one, by its own
labels.
"""
import datetime as dt
from dataclasses import dataclass, field

from labels import MA_HIV, MENTAL_HEALTH, PART2, SUBSTANCE_USE, Labels, facility
from records import Values

DECLINED_COORDINATION = "member declined coordination"
PURPOSES = {"treatment": "TREAT", "care coordination": "COC", "payment": "HPAYMT", "operations": "HOPERAT",
            "supervision compliance": "JSUPV"}
PLAIN = Labels()


@dataclass(frozen=True)
class Case:
    enrolment: Values
    plan: Values
    discharge: Values | None = None


@dataclass(frozen=True)
class Permission:
    """What the forms in force let a recipient have. It is nothing if one of them refuses or none permits."""
    forms: tuple[Values, ...] = ()

    def permits(self, labels: Labels = PLAIN) -> bool:
        return bool(self.numbers(labels))

    def numbers(self, labels: Labels = PLAIN) -> frozenset[str]:
        """The consents that release something with these labels. If there are none, it is not released."""
        fitting = [form for form in self.forms if labels.sensitivities <= ceiling(form)]
        needed = [fitting]
        if PART2 in labels.regimes:
            needed.append([form for form in fitting if form["share"]["substanceUse"]])
        found = {form["consentId"] for forms in needed for form in forms}
        if MA_HIV in labels.regimes:
            needed.append([form for form in fitting if form["share"]["hiv"]])
            found |= {form["consentId"] + "-HIV" for form in needed[-1]}
        return frozenset(found) if all(needed) else frozenset()


def ceiling(form: Values) -> frozenset[str]:
    """The sensitivities that a form covers. General: whatever is restricted at all, and justice involvement."""
    share = form["share"]
    covered = {"JI"}
    covered |= MENTAL_HEALTH if share["mentalHealth"] else set()
    covered |= SUBSTANCE_USE if share["substanceUse"] else set()
    covered |= {"HIV"} if share["hiv"] else set()
    return frozenset(covered)


@dataclass(frozen=True, eq=False)
class Network:
    """What is known about the organizations, by id."""
    names: dict[str, str] = field(default_factory=dict)
    programs: frozenset[str] = frozenset()  # under 42 CFR Part 2

    def tells(self, organization: str) -> frozenset[str]:
        return facility(self.names.get(organization, ""))


NETWORK = Network()


@dataclass(frozen=True)
class Delivery:
    event: str
    case: Case
    recipient: str
    status: str
    consents: frozenset[str | None]  # numbers that the summary may name: one, unless a choice is left open
    reason: str = ""                 # text that the summary's reason must contain
    permission: Permission = field(default_factory=Permission)
    sud_content: bool = True         # the vendor's posture
    network: Network = NETWORK

    @property
    def patient(self) -> str:
        return str(self.case.enrolment["masshealth_id"])

    @property
    def source(self) -> str:
        """The record that causes the event."""
        return str(self.case.discharge["dischargeId"] if self.case.discharge else self.case.plan["planId"])


def permission(referral: str, vendor: str, recipient: str, purpose: str, on: dt.date, consents: list[Values]) -> Permission:
    """What the recipient may have from this vendor for the purpose, on that day."""
    current = [row for row in consents if (row["referralId"], row["recipient"], row["discloser"]) == (referral, recipient, vendor)
               and is_current(row, on)]
    # Whoever signed it: a defect does not make a refusal void.
    if any(row["decision"] == "declined" for row in current):
        return Permission()
    return Permission(tuple(row for row in current if speaks(row, purpose)))


def is_current(row: Values, on: dt.date) -> bool:
    """The first and the last day count. From the start of the day of revocation, the form permits nothing."""
    revoked = row["revokedOn"] and dt.date.fromisoformat(row["revokedOn"]) <= on
    return dt.date.fromisoformat(row["signedOn"]) <= on <= dt.date.fromisoformat(row["expiresOn"]) and not revoked


def speaks(row: Values, purpose: str) -> bool:
    """True if the form permits anything except visits. Three kinds of forms are quarantined: by a guardian
    without a document of authority; for supervision, as long as it states neither the condition nor the event
    that ends it; of Part 2 without its statements."""
    named = [PURPOSES[each] for each in row["purposes"]]
    share = row["share"]
    return (row["signedBy"] == "member" and purpose in named and "JSUPV" not in named and share["general"]
            and not share.get("attendanceOnly") and (row["part2Notice"] or not share["substanceUse"]))


def decide(event: str, case: Case, recipient: str, purpose: str, consents: list[Values], sud_content: bool = True,
           network: Network = NETWORK) -> Delivery:
    vendor, referral = case.enrolment["vendor"], case.enrolment["referral_id"]
    on = dt.date.fromisoformat(case.discharge["dischargedOn"] if case.discharge else case.plan["createdOn"])
    on_file = [row for row in consents if row["referralId"] == referral and row["recipient"] == recipient
               and dt.date.fromisoformat(row["signedOn"]) <= on]
    numbers: frozenset[str | None] = frozenset(row["consentId"] for row in on_file) or frozenset([None])
    if all(row["discloser"] != vendor for row in on_file):
        # A form for another discloser: it is left open whether it is on file for this vendor.
        numbers |= {None}
    if case.discharge and case.discharge["memberDeclinedCoordination"]:
        # No consent decides here, so it is left open whether one is named.
        return Delivery(event, case, recipient, "withheld", numbers | {None}, DECLINED_COORDINATION)
    given = permission(referral, vendor, recipient, purpose, on, consents)
    if covering := given.numbers():
        return Delivery(event, case, recipient, "delivered", covering, permission=given, sud_content=sud_content, network=network)
    return Delivery(event, case, recipient, "withheld", numbers)
