"""Whether the aftercare document of one discharge may go to one recipient, by the vendors' consent form.

All or nothing at this stage: the consent of that recipient lets it have everything in the document, or it gets nothing.
"""
import datetime as dt
from dataclasses import dataclass

from records import Values

HIV_CODES = ("B20", "Z21", "R75", "O98.7", "B97.35")
DECLINED_COORDINATION = "member declined coordination"


@dataclass(frozen=True)
class Case:
    enrolment: Values
    plan: Values
    discharge: Values


@dataclass(frozen=True)
class Delivery:
    case: Case
    recipient: str
    status: str
    consents: frozenset[str | None]  # the numbers that the summary may name: one, but for a choice that is left open
    reason: str = ""                 # what the summary's reason must contain

    @property
    def patient(self) -> str:
        return str(self.case.enrolment["masshealth_id"])


def decide(case: Case, recipient: str, consents: list[Values]) -> Delivery:
    on_file = [row for row in consents
               if row["referralId"] == case.enrolment["referral_id"] and row["recipient"] == recipient]
    numbers = frozenset(row["consentId"] for row in on_file) or frozenset([None])
    if all(row["discloser"] != case.enrolment["vendor"] for row in on_file):
        numbers |= {None}  # a form that lets somebody else disclose: whether it is on file for this vendor is left open
    if case.discharge["memberDeclinedCoordination"]:
        # No consent decides here, so whether one is named is left open.
        return Delivery(case, recipient, "withheld", numbers | {None}, DECLINED_COORDINATION)
    on = dt.date.fromisoformat(case.discharge["dischargedOn"])
    current = [row for row in on_file if is_current(row, on)]
    covering = [row for row in current if covers(row, case)]
    if covering and not any(row["decision"] == "declined" for row in current):
        return Delivery(case, recipient, "delivered", frozenset(row["consentId"] for row in covering))
    return Delivery(case, recipient, "withheld", numbers)


def is_current(row: Values, on: dt.date) -> bool:
    """First and last day count; from the start of the day of revocation it permits nothing."""
    revoked = row["revokedOn"] and dt.date.fromisoformat(row["revokedOn"]) <= on
    return dt.date.fromisoformat(row["signedOn"]) <= on <= dt.date.fromisoformat(row["expiresOn"]) and not revoked


def covers(row: Values, case: Case) -> bool:
    share = row["share"]
    return (row["decision"] == "signed" and row["signedBy"] == "member"
            and row["discloser"] == case.enrolment["vendor"] and "treatment" in row["purposes"]
            and share["general"] and share["mentalHealth"] and share["substanceUse"]
            and (share["hiv"] or not discloses_hiv(case.plan)))


def discloses_hiv(plan: Values) -> bool:
    return any(item["icd10"].startswith(HIV_CODES) for item in plan["addresses"])
