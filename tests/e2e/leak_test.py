"""Searches every string of every delivered message and of every answer over REST, for each recipient, for
what was withheld from it. The records say what that is: numbers and members of people of whom nothing is
permitted, and words that a form does not cover. It is also places that tell, consents of other recipients
with the names in them, and the files that all this was read from.

HANDOFF_E2E_SEEDS names the seeds (default "1 2 3").
"""
import json
import os
import re
import shutil
import tempfile
import unittest
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

from client import Client
from decision import Case, Delivery, Permission
from document import SYSTEM, identifiers
from expected import AS_OF, Expectation, expect
from permitted import of_document, of_plan
from program import Program, binary, generate
from pulled import plan_id
from records import Values
from server_test import start

PEOPLE = 36
PAGE = 500
PURPOSE_OF_ROLE = {"managed-care-plan": "HOPERAT", "pcp": "TREAT", "mobile-crisis": "TREAT", "outpatient-bh": "TREAT"}
TYPES = ("Patient", "RelatedPerson", "Condition", "CarePlan", "Goal", "CareTeam", "MedicationRequest", "EpisodeOfCare", "ServiceRequest", "Task",
         "Consent", "Composition", "Appointment", "DocumentReference", "Observation", "Provenance")
CONSENT = re.compile(r"CN-\d{6}")
# Of a plan, a referral, an enrolment, a discharge, a member.
NUMBER = re.compile(r"(?:SP|R|E|D)-\d{6}|\d{12}")
ROW_OF_FILE = re.compile(r"[0-9a-f]{64}#\d+|\.(csv|jsonl)\b")


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)


def numbers_of(case: Case) -> set[str]:
    """The numbers by which one program or another knows a person."""
    numbers = {case.enrolment["referral_id"], case.enrolment["enrollment_id"], case.enrolment["masshealth_id"], case.plan["planId"]}
    return {number for number in numbers if number} | ({case.discharge["dischargeId"]} if case.discharge else set())


class Records:
    """What one folder of records says about each recipient."""

    def __init__(self, world: Expectation) -> None:
        self.world = world
        self.forms: dict[str, Values] = {form["consentId"]: form for form in world.feeds["vendor/consents.jsonl"].mapped}
        discharges = {each["enrollmentId"]: each for each in world.feeds["vendor/discharges.jsonl"].mapped}
        self.cases = [replace(case, discharge=discharges.get(case.plan["enrollmentId"])) for case in world.cases()]
        assert all(NUMBER.fullmatch(number) for case in self.cases for number in numbers_of(case))
        self.networks = {delivery.network for delivery in world.deliveries if delivery.network.names}

    def is_ever_named(self, case: Case, organization: str) -> bool:
        return any(form["referralId"] == case.enrolment["referral_id"] and form["recipient"] == organization for form in self.forms.values())

    def hidden(self, case: Case, organization: str, given: Permission) -> set[str]:
        """Words that reveal what is not permitted, of a person of whom something is permitted."""
        network = next(iter(self.networks))
        vendor_is_program = case.enrolment["vendor"] in network.programs
        delivery = Delivery("", case, organization, "delivered", frozenset(), permission=given, sud_content=vendor_is_program, network=network)
        return (of_document(delivery) if case.discharge else of_plan(delivery)).hidden

    def findings(self, organization: str, text: str) -> Iterator[str]:
        """The findings in one string, whoever it is about."""
        for number in CONSENT.findall(text):
            form = self.forms.get(number)
            if form and organization not in (form["recipient"], form["discloser"]):
                yield f"a consent to {form['recipient']}"
        if ROW_OF_FILE.search(text):
            yield "a file or a row of it"
        if set(re.findall(r"B\d{7}", text)) & self.world.booking_numbers:
            yield "a booking number"


class Leaks(unittest.TestCase):
    seed: ClassVar[int]
    folder: ClassVar[Path]
    records: ClassVar[Records]
    program: ClassVar[Program]
    client: ClassVar[Client]

    @classmethod
    def setUpClass(cls) -> None:
        binary()
        cls.folder = Path(tempfile.mkdtemp(prefix="handoff-e2e-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        folder = generate(cls.folder / "records", PEOPLE, cls.seed)
        cls.records = Records(expect(folder))
        cls.program, cls.client = start(cls.folder, folder)
        cls.addClassCleanup(cls.program.__exit__)

    def messages(self, organization: str) -> list[Values]:
        folder = self.client.data / "received" / organization
        return [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))]

    def answers(self, client: Values) -> list[Values]:
        """Everything that the client can find."""
        token, found = self.client.token(client["client_id"]), []
        for kind in TYPES:
            following: str | None = f"/{kind}?_count={PAGE}&_total=accurate"
            while following:
                answer = self.client.ask("GET", following, token)
                self.assertEqual(answer.status, 200, answer.body[:300])
                page = answer.json()
                found += [entry["resource"] for entry in page.get("entry", [])]
                link = next((link["url"] for link in page["link"] if link["relation"] == "next"), None)
                following = link and link.split(self.client.path, 1)[1]
        return found

    def check(self, organization: str, values: list[Values], unseen: set[str]) -> None:
        for value in values:
            for text in strings(value):
                told = set(self.records.findings(organization, text)) | unseen & set(NUMBER.findall(text))
                self.assertFalse(told, f"{organization}: {value.get('resourceType')} {value.get('id')}: {text[:200]}")

    def test_deliveries_tell_nothing_of_people_who_never_named_the_recipient(self) -> None:
        checked = 0
        for client in self.recipients():
            organization = client["organization"]
            strangers = [case for case in self.records.cases if not self.records.is_ever_named(case, organization)]
            messages = self.messages(organization)
            self.check(organization, messages, set().union(*map(numbers_of, strangers)))
            checked += len(messages)
        self.assertGreater(checked, 5)

    def test_documents_tell_nothing_that_was_withheld(self) -> None:
        due = {(item.recipient, item.source): item for item in self.records.world.of_event("E14") if item.status == "delivered"}
        checked = 0
        for client in self.recipients():
            for message in self.messages(client["organization"]):
                if message["type"] != "document":
                    continue
                [source] = [value for entry in message["entry"] if entry["resource"]["resourceType"] == "Composition"
                            for value in identifiers(entry["resource"], "discharge")]
                delivery = due[client["organization"], source]
                told = [(word, text) for word in of_document(delivery).hidden for text in strings(message) if word in text]
                self.assertFalse(told, f"{source} to {client['organization']}")
                checked += 1
        self.assertGreater(checked, 0)

    def test_pulled_answers_tell_nothing_that_was_withheld(self) -> None:
        due = {(item.recipient, item.source): item for item in self.records.world.of_event("E5") if item.status == "delivered"}
        checked = 0
        for client in self.recipients():
            for message in self.messages(client["organization"]):
                plan = plan_id(message) if message["type"] == "searchset" else None
                if not plan:
                    continue
                told = [(word, text) for word in of_plan(due[client["organization"], plan]).hidden for text in strings(message) if word in text]
                self.assertFalse(told, f"{plan} to {client['organization']}")
                checked += 1
        self.assertGreater(checked, 0)

    def test_answers_tell_nothing_that_is_withheld(self) -> None:
        checked = 0
        for client in self.recipients():
            organization, purpose = client["organization"], PURPOSE_OF_ROLE[client["role"]]
            found = self.answers(client)
            given = {case.plan["planId"]: self.records.world.permission(case, organization, purpose, AS_OF) for case in self.records.cases}
            unseen = [case for case in self.records.cases if not given[case.plan["planId"]].permits()]
            self.check(organization, found, set().union(*map(numbers_of, unseen)))
            by_patient = of_patients(found)
            for case in self.records.cases:
                patient = next((ident for ident, own in by_patient.items() if is_plan_in(own, case.plan["planId"])), None)
                if not patient:
                    self.assertFalse(given[case.plan["planId"]].permits(), f"{organization} does not find {case.plan['planId']}")
                    continue
                words = self.records.hidden(case, organization, given[case.plan["planId"]])
                told = [(word, resource["resourceType"], text) for resource in by_patient[patient] for text in strings(resource)
                        for word in words if word in text]
                self.assertFalse(told, f"{organization}: {case.plan['planId']}")
                checked += 1
        self.assertGreater(checked, 5)

    def test_vendors_find_nothing_of_each_others_people(self) -> None:
        checked = 0
        for client in (client for client in self.client.sandbox["clients"] if client["role"] == "provider"):
            found = self.answers(client)
            others = [case for case in self.records.cases if case.enrolment["vendor"] != client["organization"]]
            numbers = set().union(*map(numbers_of, others))
            for value in found:
                told = [(number, text) for text in strings(value) for number in NUMBER.findall(text) if number in numbers]
                self.assertFalse(told, client["organization"])
                for number in {number for text in strings(value) for number in CONSENT.findall(text)}:
                    form = self.records.forms.get(number)
                    self.assertTrue(not form or client["organization"] in (form["recipient"], form["discloser"]), number)
            checked += len(found)
        self.assertGreater(checked, 50)

    def test_a_consent_names_nobody_else(self) -> None:
        """A consent names the one who asks and the one who discloses, and no third."""
        checked = 0
        for client in self.recipients():
            token, organization = self.client.token(client["client_id"]), client["organization"]
            page = self.client.ask("GET", f"/Consent?_count={PAGE}&_include=Consent:actor&_include=Consent:patient", token).json()
            numbers = []
            for consent in (entry["resource"] for entry in page.get("entry", []) if entry["search"]["mode"] == "match"):
                [number] = identifiers(consent, "consent")
                form = self.records.forms[number.removesuffix("-HIV")]
                named = {text.removeprefix("Organization/") for text in strings(consent) if text.startswith("Organization/")}
                self.assertEqual(named, {form["recipient"], form["discloser"]} if form["discloser"] == organization
                                 else {organization, form["discloser"]}, number)
                numbers.append(number)
                checked += 1
            due = [number for number, form in self.records.forms.items() if organization in (form["recipient"], form["discloser"])]
            self.assertEqual(sorted(number for number in numbers if not number.endswith("-HIV")), sorted(due), organization)
        self.assertGreater(checked, 20)

    def recipients(self) -> list[Values]:
        return [client for client in self.client.sandbox["clients"] if client["role"] in PURPOSE_OF_ROLE]


def of_patients(resources: list[Values]) -> dict[str, list[Values]]:
    found: dict[str, list[Values]] = {}
    for resource in resources:
        patients = {text for text in strings(resource) if text.startswith("Patient/")}
        if resource["resourceType"] == "Patient":
            patients.add("Patient/" + resource["id"])
        for patient in patients:
            found.setdefault(patient, []).append(resource)
    return found


def is_plan_in(resources: list[Values], plan: str) -> bool:
    return any(item == {"system": SYSTEM + "support-plan", "value": plan} for resource in resources
               for item in resource.get("identifier", []) if resource["resourceType"] == "CarePlan")


def load_tests(loader: unittest.TestLoader, *_: object) -> unittest.TestSuite:
    seeds = [int(seed) for seed in os.environ.get("HANDOFF_E2E_SEEDS", "1 2 3").split()]
    cases = [type(f"Leaks{seed}", (Leaks,), {"seed": seed}) for seed in seeds]
    return unittest.TestSuite(loader.loadTestsFromTestCase(case) for case in cases)


if __name__ == "__main__":
    unittest.main()
