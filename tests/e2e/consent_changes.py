"""What must come of E16. A recipient that gains by a consent is told what came into view. One that loses and
had something is told to look again.

A change is expected where a form opens or closes what a vendor tells of somebody who is enrolled there: on
the day of its signature or revocation, and the day after it expires. Two things are left open: whether there
is more to see if a form covers more than another one in force, and what comes of a discloser where the person
is not enrolled, because it has only the form. Every finding is one sentence.
"""
import datetime as dt
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from decision import permission
from document import local, references
from expected import Expectation, mapped
from outcome import Outcome
from records import Values

TOPIC = "https://handoff.example.org/fhir/SubscriptionTopic/consent-change"
TREATING = ("pcp", "outpatient_bh", "mobile_crisis", "bhji_vendor", "cspji_provider", "bhcp")
PURPOSES = {kind: "TREAT" for kind in TREATING} | {"managed_care_plan": "HOPERAT"}
DAY = dt.timedelta(days=1)
NAMED, NOTHING_NAMED = "named", "nothing named"
LOOK_AGAIN = "told to look again"


@dataclass(frozen=True, order=True)
class Pair:
    """A person, by member id, and a recipient."""
    patient: str
    recipient: str


def findings(result: Outcome, expectation: Expectation, as_of: dt.date) -> list[str]:
    due, open_ones = expected(expectation, as_of)
    told = Counter((Pair(item["patient"]["value"], item["recipient"]), NOTHING_NAMED if item["reason"].startswith(LOOK_AGAIN) else NAMED)
                   for item in result.summary["deliveries"] if item["event"] == "E16" and item["status"] == "delivered")
    found: list[str] = []
    enrolled = {values["masshealth_id"] for values in mapped(expectation.feeds, "vendor/enrollments.csv")} - {""}
    named = {row["recipient"] for row in mapped(expectation.feeds, "vendor/consents.jsonl")}
    found += [f"E16 to {pair.recipient}, whom no form names" for pair, _ in told if pair.recipient not in named]
    for pair, kind in sorted(pair for pair in set(due) | set(told) if pair[0].patient in enrolled):
        least, most = due[pair, kind], due[pair, kind] + open_ones[pair, kind]
        if not least <= told[pair, kind] <= most:
            found.append(f"E16 of {pair.patient} to {pair.recipient}, {kind}: {told[pair, kind]}, not {least} to {most}")
    for place, notification in result.changed.items():
        found += [f"{place}: {finding}" for finding in one(notification, result.pulled.get(place), expectation)]
    received = Counter((place.split()[0], NAMED if named_in(notification) else NOTHING_NAMED) for place, notification in result.changed.items())
    counted: Counter[tuple[str, str]] = Counter()
    for (pair, kind), count in told.items():
        counted[pair.recipient, kind] += count
    return found + [f"{name}: {received[name]} received, not {counted[name]}" for name in sorted(received.keys() | counted.keys())
                    if received[name] != counted[name]]


def named_in(notification: Values) -> list[str]:
    return [local(item) for item in references(notification) if "/Subscription/" not in item]


def one(notification: Values, pulled: Values | None, expectation: Expectation) -> Iterator[str]:
    """The notification has only ids. What it names can be pulled. If it names nothing, it says nothing about
    anybody."""
    first, *others = notification["entry"]
    if any(set(entry) != {"fullUrl", "request", "response"} for entry in others) or first["resource"]["resourceType"] != "Parameters":
        yield "it carries more than ids"
    text, named = json.dumps(notification), named_in(notification)
    if set(re.findall(r"\d{12}", text)) & expectation.medicaid_ids or set(re.findall(r"B\d{7}", text)) & expectation.booking_numbers:
        yield "it tells a number of a person"
    if not named:
        if len(notification["entry"]) != 1 or pulled is not None or re.search(r"Patient|Consent/|R-\d|E-\d|CN-\d", text):
            yield "it names something, or something was pulled for it"
        return
    here = Counter(f"{entry['resource']['resourceType']}/{entry['resource']['id']}" for entry in (pulled or {}).get("entry", []))
    if here != Counter(named):
        yield f"{sum(here.values())} resources were pulled for {len(named)} that are named"


def expected(expectation: Expectation, as_of: dt.date) -> tuple[Counter[tuple[Pair, str]], Counter[tuple[Pair, str]]]:
    """What must be told, and what may be told in addition."""
    due: Counter[tuple[Pair, str]] = Counter()
    may: Counter[tuple[Pair, str]] = Counter()
    consents = mapped(expectation.feeds, "vendor/consents.jsonl")
    kinds = {values["org_id"]: values["kind"] for values in mapped(expectation.feeds, "organizations.csv")}
    for enrolment in mapped(expectation.feeds, "vendor/enrollments.csv"):
        forms = [row for row in consents if row["referralId"] == enrolment["referral_id"]]
        for row in forms:
            if row["discloser"] != enrolment["vendor"]:
                for kind in (NAMED, NOTHING_NAMED):
                    may[Pair(enrolment["masshealth_id"], row["recipient"]), kind] += 1
        ours = [row for row in forms if row["discloser"] == enrolment["vendor"]]
        for recipient in {row["recipient"] for row in ours}:
            if purpose := PURPOSES.get(kinds.get(recipient, "")):
                pair = Pair(enrolment["masshealth_id"], recipient)
                add_changes(pair, [row for row in ours if row["recipient"] == recipient], enrolment, purpose, as_of, due, may)
    return due, may


def add_changes(pair: Pair, forms: list[Values], enrolment: Values, purpose: str, as_of: dt.date,
                due: Counter[tuple[Pair, str]], may: Counter[tuple[Pair, str]]) -> None:
    had_something = False
    enrolled = dt.date.fromisoformat(enrolment["enrolled_on"])
    on = lambda day, of: permission(enrolment["referral_id"], enrolment["vendor"], pair.recipient, purpose, day, of)  # noqa: E731
    for day in sorted(day for day in days_of(forms) if day <= as_of):
        standing = still_standing(forms, day)
        yesterday, morning, evening = on(day - DAY, standing), on(day, standing), on(day, forms)
        # Only by the date, and by what is signed or revoked.
        for before, after in ((yesterday, morning), (morning, evening)):
            if after.permits() and not before.permits():
                (due if enrolled <= day else may)[pair, NAMED] += 1
                had_something |= enrolled <= day
            elif before.permits() and not after.permits():
                (due if had_something else may)[pair, NOTHING_NAMED] += 1
            elif before.forms != after.forms:
                may[pair, NAMED] += 1
                may[pair, NOTHING_NAMED] += 1


def days_of(forms: list[Values]) -> set[dt.date]:
    """Days on which a form is signed or revoked, or has expired."""
    signed = {dt.date.fromisoformat(form[name]) for form in forms for name in ("signedOn", "revokedOn") if form[name]}
    return signed | {dt.date.fromisoformat(form["expiresOn"]) + DAY for form in forms if form["expiresOn"]}


def still_standing(forms: list[Values], day: dt.date) -> list[Values]:
    """The forms as they were on file before this day's forms."""
    known = [form for form in forms if dt.date.fromisoformat(form["signedOn"]) < day]
    return [form | {"revokedOn": None} if form["revokedOn"] == day.isoformat() else form for form in known]
