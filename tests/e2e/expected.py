"""What a run over a folder of program records must give, computed only from the records and their truth.

It knows the public contract (feeds, people, consents, the deliveries E5 and E14) and nothing of the program.
"""
import datetime as dt
import json
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from decision import Case, Delivery, Network, Permission, decide, permission
from records import MAPPED, REFERRALS, Feed, Record, Values, day, feed_names, read_feed, sameness, truth_rejects

AS_OF = dt.date(2024, 6, 30)  # the day of the samples' export, and the sandbox's default
CARE_ROLES = ("pcp", "outpatient", "mobileCrisis")
PURPOSES = {role: "TREAT" for role in CARE_ROLES} | {"plan": "HOPERAT"}  # each role asks for its own purpose


@dataclass(frozen=True)
class Rejection:
    record: int
    key: str | None
    field: str
    reason: str | None  # None: the contract does not give the words


@dataclass
class FeedExpectation:
    records: int = 0
    rejected: list[Rejection] = field(default_factory=list)
    duplicates: int = 0
    waiting: int = 0
    review: int = 0  # the generator's people never contradict: demand_no_contradiction()
    later: int = 0
    mapped: list[Values] = field(default_factory=list)


@dataclass
class Expectation:
    feeds: dict[str, FeedExpectation]
    unmapped: set[str]
    patients: int
    deliveries: list[Delivery]  # of both events
    medicaid_ids: set[str]
    booking_numbers: set[str]
    # By referral number: the people that the vendor took in itself, with the record.
    community: dict[str, Values]

    def of_event(self, event: str) -> list[Delivery]:
        return [item for item in self.deliveries if item.event == event]

    def cases(self) -> list[Case]:
        """Everybody who has a support plan."""
        return support_cases(self.feeds)

    def permission(self, case: Case, recipient: str, purpose: str, on: dt.date) -> Permission:
        """What a recipient that asks on that day may have of this case."""
        return permission(case.enrolment["referral_id"], case.enrolment["vendor"], recipient, purpose, on,
                          mapped(self.feeds, "vendor/consents.jsonl"))


def expect(folder: Path, as_of: dt.date = AS_OF) -> Expectation:
    demand_distinct_people(folder)
    present = feed_names(folder)
    rejects = truth_rejects(folder)
    records = {feed.name: read_feed(folder, feed) for feed in MAPPED if feed.name in present}
    feeds: dict[str, FeedExpectation] = {}
    for feed in MAPPED:  # in this order: a record's target stands before it
        if feed.name in records:
            feeds[feed.name] = sort_feed(feed, records[feed.name], rejects, as_of, known_keys(feed.name, feeds))
    demand_no_contradiction(feeds)
    return Expectation(
        feeds=feeds, unmapped=present - set(feeds), patients=len(people(feeds)), deliveries=deliveries(feeds),
        medicaid_ids=medicaid_ids(records),
        booking_numbers={record.values["BookingNo"] for record in records.get("corrections/referrals.csv", [])},
        community={values["referral_no"]: values for values in mapped(feeds, "community/referrals.csv")})


def demand_distinct_people(folder: Path) -> None:
    """Name, birth date and sex tell all people of the sample apart. Otherwise recognition would rightly make
    two of them one."""
    lines = (folder / "truth/people.jsonl").read_text(encoding="utf-8").splitlines()
    people = [json.loads(line) for line in lines]
    folded = Counter((fold(one["family"]), fold(one["given"]), one["birthDate"]) for one in people)
    if alike := [name for name, count in folded.items() if count > 1]:
        raise ValueError(f"people who look alike: {alike}; choose another seed")


def claims(feeds: dict[str, FeedExpectation]) -> Iterator[tuple[set[str], tuple[str, str, str]]]:
    """For each sound record that names a person: the numbers that it gives, and member id, given name and
    birth date."""
    for values in mapped(feeds, "corrections/referrals.csv"):
        yield {values["ReferralID"]}, (values["MassHealthID"], fold(values["FirstName"]), str(day(values["DOB"])))
    for values in mapped(feeds, "supervision/referrals.jsonl"):
        person = values["person"]
        yield {values["referralId"]}, (person["masshealthId"] or "", fold(person["legalName"]["given"][0]), person["birthDate"])
    for values in mapped(feeds, "community/referrals.csv"):
        yield {values["referral_no"]}, (values["insurance_id"], fold(values["name"].split(", ")[1]), values["birth_date"])
    for values in mapped(feeds, "vendor/enrollments.csv"):
        yield ({values["referral_id"], values["enrollment_id"]},
               (values["masshealth_id"], fold(values["first_name"]), values["dob"]))


def demand_no_contradiction(feeds: dict[str, FeedExpectation]) -> None:
    """If two records share a number, they agree on the person. So nothing is to be held for review."""
    said: dict[str, tuple[str, ...]] = {}
    for numbers, (member, given, born) in claims(feeds):
        for number in numbers | ({member} - {""}):
            known = said.setdefault(number, (member, given, born))
            if known[1:] != (given, born) or (member and known[0] and known[0] != member):
                raise ValueError(f"{number} is said of {known} and of {(member, given, born)}: that is a review")
            said[number] = (known[0] or member, given, born)


def fold(name: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKD", name) if not unicodedata.combining(char)).casefold().strip()


def sort_feed(feed: Feed, records: list[Record], rejects: dict[tuple[str, int], Values], as_of: dt.date,
              known: tuple[str, set[str]] | None) -> FeedExpectation:
    """The fate of every record. `known`: the column by which a record refers to another, and the values that
    it may name there."""
    result = FeedExpectation(records=len(records))
    seen: set[str] = set()
    first_of_kind: list[Record] = []
    for record in records:
        mark = sameness(record.values)
        if mark in seen:
            result.duplicates += 1
        else:
            first_of_kind.append(record)
        seen.add(mark)
    keys = Counter(record.values[feed.key] for record in first_of_kind)
    for record in first_of_kind:
        values, key = record.values, record.values[feed.key]
        date = day(values[feed.date]) if feed.date else None
        truth = rejects.get((feed.name, record.number))
        if date and date > as_of:
            result.later += 1
        elif truth:
            result.rejected.append(Rejection(record.number, truth["key"] or None, truth["field"], truth["reason"]))
        elif keys[key] > 1:
            result.rejected.append(Rejection(record.number, key, feed.key, None))
        elif known and values[known[0]] not in known[1]:
            result.waiting += 1
        else:
            result.mapped.append(values)
    return result


def known_keys(feed: str, done: dict[str, FeedExpectation]) -> tuple[str, set[str]] | None:
    if feed == "vendor/consents.jsonl":
        return "referralId", people(done)
    if feed in ("vendor/support_plans.jsonl", "vendor/discharges.jsonl"):
        return "enrollmentId", {values["enrollment_id"] for values in mapped(done, "vendor/enrollments.csv")}
    return None


def mapped(feeds: dict[str, FeedExpectation], name: str) -> list[Values]:
    return feeds[name].mapped if name in feeds else []


def people(feeds: dict[str, FeedExpectation]) -> set[str]:
    """People with a sound referral or an enrolment, by referral number. The generator gives each person
    exactly one."""
    key = {feed.name: feed.key for feed in MAPPED}
    referred = {values[key[name]] for name in REFERRALS for values in mapped(feeds, name)}
    return referred | {values["referral_id"] for values in mapped(feeds, "vendor/enrollments.csv")}


def support_cases(feeds: dict[str, FeedExpectation]) -> list[Case]:
    enrolments = {values["enrollment_id"]: values for values in mapped(feeds, "vendor/enrollments.csv")}
    return [Case(enrolments[plan["enrollmentId"]], plan) for plan in mapped(feeds, "vendor/support_plans.jsonl")]


def deliveries(feeds: dict[str, FeedExpectation]) -> list[Delivery]:
    """One delivery for each event and each recipient that the care team names for it. The plan's own end on
    exit is no event."""
    consents = mapped(feeds, "vendor/consents.jsonl")
    sud_content = {values["org_id"]: values["part2_program"] == "yes" for values in mapped(feeds, "organizations.csv")}
    network = Network({values["org_id"]: values["name"] for values in mapped(feeds, "organizations.csv")},
                      frozenset(organization for organization, is_program in sud_content.items() if is_program))
    discharges = {values["enrollmentId"]: values for values in mapped(feeds, "vendor/discharges.jsonl")}
    result = []
    for case in support_cases(feeds):
        demand_plan_before_exit(case)
        posture = sud_content[case.enrolment["vendor"]]
        result += [decide("E5", case, recipient, purpose, consents, posture, network)
                   for recipient, purpose in recipients(case, tuple(PURPOSES))]
        discharge = discharges.get(case.plan["enrollmentId"])
        if discharge:
            left = Case(case.enrolment, case.plan, discharge)
            result += [decide("E14", left, recipient, purpose, consents, posture, network)
                       for recipient, purpose in recipients(case, CARE_ROLES)]
    return result


def demand_plan_before_exit(case: Case) -> None:
    """The contract leaves open whether a plan from the day of the exit is an event, or ended before it began."""
    left = case.enrolment["exited_on"]
    if left and left <= case.plan["createdOn"]:
        raise ValueError(f"{case.plan['planId']} is made on the day of the exit; choose another seed")


def recipients(case: Case, roles: tuple[str, ...]) -> list[tuple[str, str]]:
    """Each organization once, by the first of its roles, with the purpose for which it is told."""
    named: dict[str, str] = {}
    for role in roles:
        if organization := case.plan["team"].get(role):
            named.setdefault(organization, PURPOSES[role])
    return list(named.items())


def medicaid_ids(records: dict[str, list[Record]]) -> set[str]:
    """Every member id that any record names, sound or not."""
    columns = {"corrections/referrals.csv": "MassHealthID", "community/referrals.csv": "insurance_id",
               "vendor/enrollments.csv": "masshealth_id"}
    found = {record.values[column] for name, column in columns.items() for record in records.get(name, [])}
    found |= {record.values["person"]["masshealthId"] for record in records.get("supervision/referrals.jsonl", [])}
    return {value for value in found if value}
