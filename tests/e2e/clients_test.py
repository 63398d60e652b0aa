"""What the clients of a running sandbox see of generated records: exactly what the members' forms cover on
that day. Of everybody else they see nothing, not even that these people exist."""
import json
import random
import re
import shutil
import tempfile
import unittest
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from client import Answer, Client
from decision import Case
from document import SYSTEM, identifiers
from expected import AS_OF, Expectation, expect
from labels import condition, medication, text_only
from program import Program, binary, generate
from records import Values
from server_test import start

PEOPLE, SEED = 160, 21
PAGE = 7
PURPOSE_OF_ROLE = {"managed-care-plan": "HOPERAT", "pcp": "TREAT", "mobile-crisis": "TREAT", "outpatient-bh": "TREAT"}
SUPERVISION = ("org-prob", "org-parole")
OF_PATIENTS = ("Patient", "RelatedPerson", "Person", "Condition", "CarePlan", "Goal", "CareTeam", "MedicationRequest",
               "MedicationStatement", "Observation", "Encounter", "EpisodeOfCare", "ServiceRequest", "Task", "Consent", "Composition",
               "Appointment",
               "DocumentReference", "Flag", "AdverseEvent", "Coverage", "Procedure", "DiagnosticReport", "QuestionnaireResponse",
               "AllergyIntolerance", "Communication", "RiskAssessment", "Provenance", "AuditEvent", "List", "Group", "Binary")
STATES_NEVER = ("CarePlan", "Condition", "Goal", "MedicationRequest", "Observation", "CareTeam")
CLINICAL = {"display", "div", "note", "description", "title", "reasonCode", "reasonReference", "diagnosis", "addresses", "goal", "activity",
            "section", "contained", "extension", "valueCodeableConcept", "valueString", "medicationCodeableConcept", "serviceType",
            "supportingInfo"}
HIDDEN_PARTS = 4
FORM = "application/x-www-form-urlencoded"


class Sandbox(unittest.TestCase):
    """One sandbox for all tests of this module."""

    client: ClassVar[Client]
    world: ClassVar[Expectation]
    program: ClassVar[Program]
    folder: ClassVar[Path | None] = None
    tokens: ClassVar[dict[str, str]] = {}

    @classmethod
    def setUpClass(cls) -> None:
        binary()
        if Sandbox.folder is None:
            folder = Path(tempfile.mkdtemp(prefix="handoff-e2e-"))
            unittest.addModuleCleanup(shutil.rmtree, folder, ignore_errors=True)
            records = generate(folder / "records", PEOPLE, SEED)
            Sandbox.world = expect(records)
            Sandbox.program, Sandbox.client = start(folder, records)
            unittest.addModuleCleanup(Sandbox.program.__exit__)
            Sandbox.folder = folder

    def token(self, client_id: str) -> str:
        if client_id not in self.tokens:
            self.tokens[client_id] = self.client.token(client_id)
        return self.tokens[client_id]

    def ask(self, client_id: str, path: str) -> Answer:
        return self.client.ask("GET", path, self.token(client_id))

    def search(self, client_id: str, path: str) -> list[Values]:
        """Every match, page by page. The total must equal their number."""
        found: list[Values] = []
        totals = set()
        following: str | None = f"{path}{'&' if '?' in path else '?'}_count={PAGE}&_total=accurate"
        while following:
            answer = self.ask(client_id, following)
            self.assertEqual(answer.status, 200, answer.body[:300])
            page = answer.json()
            totals.add(page["total"])
            entries = page.get("entry", [])
            self.assertLessEqual(len(entries), PAGE)
            found += [entry["resource"] for entry in entries]
            link = next((link["url"] for link in page["link"] if link["relation"] == "next"), None)
            following = link and link.split(self.client.path, 1)[1]
        self.assertEqual(totals, {len(found)}, path)
        self.assertEqual(len({resource["id"] for resource in found}), len(found), "one came twice")
        return found

    def clients(self, *roles: str) -> list[Values]:
        found = [client for client in self.client.sandbox["clients"] if client["role"] in roles]
        self.assertTrue(found)
        return found


def numbers(resources: list[Values], name: str) -> list[str]:
    return sorted(value for resource in resources for value in identifiers(resource, name))


class RecipientTest(Sandbox):
    def due(self, case: Case, client: Values) -> dict[str, list[str]]:
        """The business numbers of what the client may see of one case, by type."""
        given = self.world.permission(case, client["organization"], PURPOSE_OF_ROLE[client["role"]], AS_OF)
        plan = case.plan
        seen = {"CarePlan": [plan["planId"]] if given.permits() else [],
                "Condition": [f"{plan['planId']}-{item['icd10']}" for item in plan["addresses"]
                              if given.permits(condition(item["icd10"], item["text"], True))],
                "Goal": [f"{plan['planId']}-{item['id']}" for item in plan["goals"] if given.permits(text_only(item["text"], True))],
                "MedicationRequest": [f"{plan['planId']}-{item['rxnorm']}" for item in plan["medications"]
                                      if given.permits(medication(item["rxnorm"], item["text"], True))]}
        return seen

    def test_each_sees_by_search_what_consent_covers(self) -> None:
        systems = {"CarePlan": "support-plan", "Condition": "condition", "Goal": "goal", "MedicationRequest": "medication"}
        for client in self.clients(*PURPOSE_OF_ROLE):
            due = [self.due(case, client) for case in self.world.cases()]
            for kind, system in systems.items():
                with self.subTest(client["client_id"], type=kind):
                    found = self.search(client["client_id"], f"/{kind}")
                    self.assertEqual(numbers(found, system), sorted(number for seen in due for number in seen[kind]))
                    self.assertEqual(len(numbers(found, system)), len(found), "one without its number")

    def test_each_reads_what_it_finds_and_nothing_else(self) -> None:
        everything = {plan["id"] for plan in self.search("operator", "/CarePlan")}
        for client in self.clients(*PURPOSE_OF_ROLE):
            found = {plan["id"]: plan for plan in self.search(client["client_id"], "/CarePlan")}
            with self.subTest(client["client_id"]):
                for ident, plan in found.items():
                    answer = self.ask(client["client_id"], f"/CarePlan/{ident}")
                    self.assertEqual((answer.status, answer.json()), (200, plan))
                for ident in sorted(everything - set(found))[:12]:
                    self.assertEqual(self.ask(client["client_id"], f"/CarePlan/{ident}").status, 404)

    def test_references_lead_to_what_the_client_sees(self) -> None:
        for client in self.clients("pcp", "managed-care-plan"):
            seen = {f"{kind}/{one['id']}" for kind in ("Condition", "Goal") for one in self.search(client["client_id"], f"/{kind}")}
            for plan in self.search(client["client_id"], "/CarePlan"):
                named = {item["reference"] for item in plan.get("addresses", []) + plan.get("goal", [])}
                self.assertLessEqual(named, seen, client["client_id"])

    def test_a_vendor_sees_what_it_disclosed_itself(self) -> None:
        for client in self.clients("provider"):
            own = [case.plan for case in self.world.cases() if case.enrolment["vendor"] == client["organization"]]
            with self.subTest(client["client_id"]):
                self.assertEqual(numbers(self.search(client["client_id"], "/CarePlan"), "support-plan"),
                                 sorted(one["planId"] for one in own))
                self.assertEqual(numbers(self.search(client["client_id"], "/Condition"), "condition"),
                                 sorted(f"{one['planId']}-{item['icd10']}" for one in own for item in one["addresses"]))


class HiddenTest(Sandbox):
    """A hidden person gets the same answer as one who does not exist. The requests are the same, with another
    value of equal length."""

    chance = random.Random(5)

    def other(self, value: str) -> str:
        """A value of equal length that belongs to nobody."""
        letters = "abcdef0123456789" if re.fullmatch("[0-9a-f]{32}", value) else "qxz" if value.isalpha() else "0123456789"
        while True:
            made = "".join(self.chance.choice(letters) if char.isalnum() else char for char in value)
            if made != value and made not in self.world.medicaid_ids:
                return made

    def alike(self, client_id: str, template: str, value: str, other: str, form: bool = False) -> None:
        answers = [self.normal(client_id, template, asked, form) for asked in (value, other)]
        self.assertEqual(answers[0], answers[1], template)

    def normal(self, client_id: str, template: str, asked: str, form: bool) -> tuple[int, dict[str, str], str]:
        path = template.replace("{}", urllib.parse.quote(asked, safe=""))
        if form:
            path, _, query = path.partition("?")
            answer = self.client.ask("POST", f"{path}/_search", self.token(client_id), query.encode(), FORM)
        else:
            answer = self.ask(client_id, path)
        headers = {name: value for name, value in answer.headers.items() if name not in ("x-request-id", "date")}
        body = answer.body.decode()
        for spelling in (asked, urllib.parse.quote(asked, safe="")):
            body = body.replace(spelling, "?")
        return answer.status, headers, body

    def people(self, client_id: str) -> tuple[list[Values], list[Values]]:
        """The people that the client sees, and those hidden from it."""
        seen = self.search(client_id, "/Patient")
        ids = {one["id"] for one in seen}
        hidden = [one for one in self.search("operator", "/Patient") if one["id"] not in ids]
        self.assertTrue(seen and hidden)
        return seen, hidden

    def values(self, client_id: str) -> Iterator[tuple[str, str, str, str]]:
        """Of a few hidden people: id, member id, family name and birth date. No visible person shares them."""
        seen, hidden = self.people(client_id)
        told = json.dumps(seen)
        for one in hidden:
            medicaid = next(iter(identifiers(one, "medicaid")), "")
            family, born = one["name"][0]["family"], one.get("birthDate", "")
            if medicaid and born and family.isascii() and family.isalpha() and len(family) > 4 and family not in told and born not in told:
                yield one["id"], medicaid, family, born

    def test_by_id(self) -> None:
        endings = ("", "&_total=accurate", "&_summary=count", "&_count=1", "&_count=0", "&_sort=-birthdate", "&_sort=_lastUpdated&_count=2",
                   "&_revinclude=CarePlan:subject", "&_revinclude=Condition:patient&_total=accurate", "&birthdate=gt1900")
        templates = ["/Patient/{}", "/Patient/{}/_history/1", "/Patient/{}/_history/2", "/Patient/{}/_history/99", "/Patient/{}/_history"]
        searches = [f"/Patient?_id={{}}{ending}" for ending in endings]
        for kind in ("CarePlan", "Condition", "Goal", "Observation", "Consent", "EpisodeOfCare", "ServiceRequest"):
            searches += [f"/{kind}?patient={{}}&_total=accurate", f"/{kind}?patient=Patient/{{}}&_summary=count"]
        searches += ["/CarePlan?subject=Patient/{}&_include=CarePlan:subject", "/CarePlan?subject:Patient={}&_sort=-date&_count=1",
                     "/Observation?subject=Patient/{}&_include=Observation:subject&_total=accurate", "/CareTeam?subject=Patient/{}"]
        for client_id in ("org-pcp1", "org-mcp1"):
            for ident, *_ in list(self.values(client_id))[:3]:
                other = self.other(ident)
                for template in templates + searches:
                    self.alike(client_id, template, ident, other)
                for template in searches:
                    self.alike(client_id, template, ident, other, form=True)

    def test_by_id_of_what_is_recorded_of_them(self) -> None:
        followed = {"CarePlan": "&_include=CarePlan:subject&_include=CarePlan:condition", "Condition": "&_revinclude=CarePlan:condition",
                    "Goal": "&_revinclude=CarePlan:goal&_include=Goal:subject", "Consent": "&_sort=-date", "EpisodeOfCare": "&_count=1",
                    "Observation": "&_sort=date&_count=1", "MedicationRequest": "&_include=MedicationRequest:patient",
                    "Composition": "&_include=Composition:entry", "CareTeam": "&_revinclude=CarePlan:care-team"}
        for client_id in ("org-pcp1", "org-mcp1"):
            for kind, following in followed.items():
                seen = {one["id"] for one in self.search(client_id, f"/{kind}")}
                hidden = [one["id"] for one in self.search("operator", f"/{kind}") if one["id"] not in seen]
                self.assertTrue(hidden, kind)
                ident = self.chance.choice(hidden)
                other = self.other(ident)
                for template in (f"/{kind}/{{}}", f"/{kind}/{{}}/_history/1", f"/{kind}/{{}}/_history/2", f"/{kind}/{{}}/_history",
                                 f"/{kind}?_id={{}}",
                                 f"/{kind}?_id={{}}&_total=accurate", f"/{kind}?_id={{}}&_summary=count", f"/{kind}?_id={{}}{following}"):
                    self.alike(client_id, template, ident, other)
                    if "?" in template:
                        self.alike(client_id, template, ident, other, form=True)

    def test_by_what_is_known_of_the_person(self) -> None:
        endings = ("", "&_total=accurate", "&_summary=count", "&_sort=birthdate&_count=1", "&_revinclude=CarePlan:subject")
        for client_id in ("org-pcp1", "org-mcp1"):
            for _, medicaid, family, born in list(self.values(client_id))[:3]:
                asked = {"identifier={}": medicaid, f"identifier={SYSTEM}medicaid|{{}}".replace("|", "%7C"): medicaid, "name={}": family,
                         "family={}": family, "family:exact={}": family, "name:contains={}": family, "birthdate={}": born}
                for parameter, value in asked.items():
                    other = "1899-02-03" if value == born else self.other(value)
                    for ending in endings:
                        for form in (False, True):
                            self.alike(client_id, f"/Patient?{parameter}{ending}", value, other, form)

    def test_a_hidden_part_of_a_plan_that_is_seen(self) -> None:
        """A client cannot find a plan by a diagnosis that is hidden from it."""
        whole = {plan["id"]: plan for plan in self.search("operator", "/CarePlan")}
        tried = 0
        for client in self.clients("pcp", "outpatient-bh"):
            client_id = client["client_id"]
            for plan in self.search(client_id, "/CarePlan"):
                told = {item["reference"] for item in plan.get("addresses", [])}
                hidden = {item["reference"] for item in whole[plan["id"]].get("addresses", [])} - told
                for reference in sorted(hidden)[:1] if tried < HIDDEN_PARTS else []:
                    self.not_told(client_id, plan["id"], reference.split("/")[1])
                    tried += 1
        self.assertEqual(tried, HIDDEN_PARTS, "too few members with a hidden diagnosis: choose another seed")

    def not_told(self, client_id: str, plan: str, ident: str) -> None:
        other = self.other(ident)
        for template in ("/CarePlan?condition={}&_total=accurate", "/CarePlan?condition=Condition/{}", "/Condition/{}",
                         "/CarePlan?condition={}&_include=CarePlan:condition", "/Condition/{}/_history/1",
                         "/Condition?_id={}&_total=accurate", "/Condition?_id={}&_revinclude=CarePlan:condition",
                         f"/CarePlan?_id={plan}&condition={{}}&_summary=count"):
            self.alike(client_id, template, ident, other)


class SupervisionTest(Sandbox):
    def everything(self, client_id: str) -> list[Values]:
        return [resource for kind in OF_PATIENTS for resource in self.search(client_id, f"/{kind}")]

    def consent(self, patient: str, vendor: str) -> Values:
        """As 42 CFR 2.35 has it: not a condition of a disposition, and ended by an event."""
        ours = "https://handoff.example.org/fhir/"
        codes = "http://terminology.hl7.org/CodeSystem/"
        labels = [(codes + "v3-Confidentiality", "R"), (ours + "CodeSystem/sensitivity", "JI")]
        labels += [(codes + "v3-ActCode", code) for code in ("PSY", "MH", "SUD", "HIV")]
        return {
            "resourceType": "Consent", "id": "e2e-supervision", "status": "active",
            "extension": [{"url": ours + "StructureDefinition/part2-statement", "valueCode": "revocation"},
                          {"url": ours + "StructureDefinition/cj-condition", "valueBoolean": True},
                          {"url": ours + "StructureDefinition/expiry-event",
                           "extension": [{"url": "event", "valueString": "end of supervision"}]}],
            "identifier": [{"system": SYSTEM + "consent", "value": "CN-E2E"}],
            "scope": {"coding": [{"system": codes + "consentscope", "code": "patient-privacy"}]},
            "category": [{"coding": [{"system": ours + "CodeSystem/consent-category", "code": "cj-2.35"}]}],
            "patient": {"reference": f"Patient/{patient}"}, "performer": [{"reference": f"Patient/{patient}"}],
            "dateTime": "2024-06-01", "organization": [{"reference": f"Organization/{vendor}"}],
            "sourceAttachment": {"title": "form"}, "policyRule": {"coding": [{"system": codes + "v3-ActCode", "code": "OPTIN"}]},
            "provision": {
                "type": "permit", "period": {"start": "2024-06-01", "end": "2024-12-31"},
                "actor": [{"role": {"coding": [{"system": codes + "v3-ParticipationType", "code": "IRCP"}]},
                           "reference": {"reference": "Organization/ORG-PROB"}}],
                "securityLabel": [{"system": system, "code": code} for system, code in labels],
                "purpose": [{"system": ours + "CodeSystem/purpose", "code": "JSUPV"}]}}

    def test_supervision_sees_states_and_nothing_clinical(self) -> None:
        # The shipped forms state neither the condition nor the event that a consent of this kind needs, so
        # they open nothing. An office that a form names sees that the form exists, and its status.
        forms = self.world.feeds["vendor/consents.jsonl"].mapped
        named = {client_id: [form for form in forms if form["recipient"] == client_id.upper()] for client_id in SUPERVISION}
        for client_id in SUPERVISION:
            found = self.everything(client_id)
            self.assertEqual({one["resourceType"] for one in found} - {"Consent"}, set(), client_id)
            self.assertEqual(len(found), len(named[client_id]), client_id)
            for one in found:
                self.assertEqual(set(members(one)) & (CLINICAL | {"identifier", "provision", "sourceReference"}), set(), one)
                self.assertEqual(self.ask(client_id, "/" + one["patient"]["reference"]).status, 404)
        case = next(case for case in self.world.cases() if case.plan["medications"] and case.enrolment["exited_on"] == "")
        medicaid = case.enrolment["masshealth_id"]
        patient = self.search("operator", f"/Patient?identifier={medicaid}")[0]["id"]
        sent = self.client.ask("PUT", "/Consent/e2e-supervision", self.token("operator"),
                               json.dumps(self.consent(patient, case.enrolment["vendor"])).encode())
        self.assertEqual(sent.status, 201, sent.body[:500])
        found = self.everything("org-prob")
        self.assertIn("EpisodeOfCare", {one["resourceType"] for one in found})
        for one in found:
            self.assertEqual(self.clinical(one, case), [], one)
            answer = self.ask("org-prob", f"/{one['resourceType']}/{one['id']}")
            self.assertEqual((answer.status, answer.json()), (200, one))
        self.assertEqual(len(self.everything("org-parole")), len(named["org-parole"]), "it was not named")
        whole = {(kind, one["id"]) for kind in STATES_NEVER for one in self.search("operator", f"/{kind}?patient={patient}")}
        self.assertTrue(whole)
        for kind, ident in sorted(whole):
            self.assertEqual(self.ask("org-prob", f"/{kind}/{ident}").status, 404)

    def clinical(self, one: Values, case: Case) -> list[str]:
        """What a state must not tell: words of any kind, and the reasons for which a member is there."""
        words = [word for item in case.plan["addresses"] + case.plan["medications"] + case.plan["goals"]
                 for word in (item.get("icd10"), item.get("text")) if word]
        words += [text for goal in case.plan["goals"] for text in goal["interventions"]]
        words += [case.enrolment[name] for name in ("masshealth_id", "housing_start", "navigator")]
        text = json.dumps(one, ensure_ascii=False)
        return [word for word in words if word in text] + sorted(set(members(one)) & CLINICAL)


def members(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for name, item in value.items():
            yield name
            yield from members(item)
    elif isinstance(value, list):
        for item in value:
            yield from members(item)


if __name__ == "__main__":
    unittest.main()
