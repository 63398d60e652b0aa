"""The oracle itself: that each rule of it can fail, on cases small enough to be decided by hand."""
import copy
import datetime as dt
import unittest
from typing import Any

from decision import Case, decide
from document import findings
from expected import Expectation, sort_feed
from outcome import lasting
from records import Feed, Record, Values, sameness

CONSENT: Values = {"consentId": "CN-1", "referralId": "R-1", "discloser": "ORG-V", "recipient": "ORG-P", "decision": "signed",
                   "signedOn": "2024-01-10", "expiresOn": "2024-05-17", "purposes": ["treatment"], "signedBy": "member",
                   "share": {"general": True, "mentalHealth": True, "substanceUse": True, "hiv": False}, "revokedOn": None}
CASE = Case(
    enrolment={"enrollment_id": "E-1", "referral_id": "R-1", "vendor": "ORG-V", "masshealth_id": "100000000001", "last_name": "Murphy",
               "first_name": "Dennis", "dob": "1989-11-11"},
    plan={"planId": "SP-1", "addresses": [{"icd10": "F11.20"}], "goals": [{"text": "Find work"}], "medications": [{"rxnorm": "6813"}],
          "team": {"pcp": "ORG-P", "outpatient": "ORG-O", "mobileCrisis": "ORG-P", "plan": None}},
    discharge={"dischargeId": "D-1", "dischargedOn": "2024-05-17", "memberDeclinedCoordination": False,
               "aftercare": {"appointments": [{"with": "ORG-O", "on": "2024-05-20"}], "medications": ["methadone"],
                             "supports": ["food pantry"]}})
ID = "https://handoff.example.org/id/"


def entry(kind: str, ident: str, **rest: Any) -> Values:
    return {"fullUrl": f"https://x/fhir/{kind}/{ident}", "resource": {"resourceType": kind, "id": ident, **rest}}


def document() -> Values:
    """One that is as it should be."""
    text = {"text": {"div": "<div>42 CFR part 2 forbids; methadone; food pantry</div>"}, "entry": [{"reference": "CarePlan/c"}]}
    return {"resourceType": "Bundle", "type": "document", "identifier": {"value": "1"}, "timestamp": "2024-05-17T00:00:00Z",
            "meta": {"security": [{"code": code} for code in ("NORDSCLCD", "PERSISTLABEL", "RedisclosureProhibitionMark")]},
            "entry": [
                entry("Composition", "d", section=[text], subject={"reference": "Patient/p"}),
                entry("Patient", "p", identifier=[{"system": ID + "medicaid", "value": "100000000001"}], birthDate="1989-11-11",
                      name=[{"family": "Murphy", "given": ["Dennis"]}]),
                entry("CarePlan", "c", identifier=[{"system": ID + "support-plan", "value": "SP-1"}]),
                entry("Goal", "g", description={"text": "Find work"}),
                entry("Condition", "k", code={"coding": [{"code": "F11.20"}]}),
                entry("MedicationRequest", "m", medicationCodeableConcept={"coding": [{"code": "6813"}]}),
                entry("CareTeam", "t"), entry("Organization", "ORG-V"), entry("Organization", "ORG-P"), entry("Organization", "ORG-O"),
                entry("HealthcareService", "h", providedBy={"reference": "Organization/ORG-O"}),
                entry("Appointment", "a", status="proposed", requestedPeriod=[{"start": "2024-05-20"}],
                      participant=[{"actor": {"reference": "HealthcareService/h"}}]),
                entry("Consent", "n", identifier=[{"system": ID + "consent", "value": "CN-1"}])]}


class DecisionTest(unittest.TestCase):
    def status(self, case: Case = CASE, **changes: Any) -> str:
        return decide(case, "ORG-P", [CONSENT | changes]).status

    def test_the_consent_of_the_day_decides(self) -> None:
        self.assertEqual(self.status(), "delivered")
        self.assertEqual(self.status(revokedOn="2024-05-18"), "delivered")
        refused: list[Values] = [
            {"expiresOn": "2024-05-16"}, {"signedOn": "2024-05-18"}, {"revokedOn": "2024-05-17"}, {"decision": "declined"},
            {"signedBy": "legal guardian"}, {"discloser": "ORG-W"}, {"recipient": "ORG-Q"}, {"referralId": "R-2"},
            {"purposes": ["care coordination"]}]
        refused += [{"share": CONSENT["share"] | {part: False}} for part in ("general", "mentalHealth", "substanceUse")]
        for changes in refused:
            with self.subTest(changes):
                self.assertEqual(self.status(**changes), "withheld")

    def test_hiv_needs_a_word_of_its_own(self) -> None:
        case = Case(CASE.enrolment, CASE.plan | {"addresses": [{"icd10": "B20"}]}, CASE.discharge)
        self.assertEqual(self.status(case), "withheld")
        self.assertEqual(self.status(case, share=CONSENT["share"] | {"hiv": True}), "delivered")

    def test_a_refusal_in_force_outweighs_a_signature(self) -> None:
        declined = CONSENT | {"consentId": "CN-2", "decision": "declined"}
        self.assertEqual(decide(CASE, "ORG-P", [CONSENT, declined]).status, "withheld")

    def test_declined_coordination_withholds(self) -> None:
        case = Case(CASE.enrolment, CASE.plan, CASE.discharge | {"memberDeclinedCoordination": True})
        self.assertEqual((self.status(case), decide(case, "ORG-P", [CONSENT]).reason), ("withheld", "member declined coordination"))


class FeedTest(unittest.TestCase):
    def test_each_record_has_one_fate(self) -> None:
        rows = [{"id": "1", "on": "2024-01-01"}, {"id": "1", "on": "01/01/2024"}, {"id": "2", "on": "2024-01-01"},
                {"id": "2", "on": "2024-01-02"}, {"id": "3", "on": "2025-01-01"}, {"id": "4", "on": "2024-01-01"}]
        records = [Record(number, dict(row)) for number, row in enumerate(rows, 2)]
        fates = sort_feed(Feed("f", "id", "on"), records, {}, dt.date(2024, 6, 30), ("id", {"1", "2"}))
        self.assertEqual((fates.records, fates.duplicates, fates.later, fates.waiting), (6, 1, 1, 1))
        self.assertEqual([rejection.record for rejection in fates.rejected], [4, 5])
        self.assertEqual(fates.mapped, [rows[0]])

    def test_sameness_is_of_values(self) -> None:
        self.assertEqual(sameness({"a": " x ", "b": {"c": 1}}), sameness({"b": {"c": 1}, "a": "x"}))
        self.assertNotEqual(sameness({"a": "x"}), sameness({"a": "y"}))


class DocumentTest(unittest.TestCase):
    delivery = decide(CASE, "ORG-P", [CONSENT])
    world = Expectation({}, set(), 1, [], {"100000000001", "100000000002"}, {"B1234567"}, {})

    def found(self, changed: Values) -> list[str]:
        return findings(changed, self.delivery, self.world)

    def test_a_sound_document_has_no_findings(self) -> None:
        self.assertEqual(self.found(document()), [])

    def test_every_entry_is_needed(self) -> None:
        for place, removed in enumerate(document()["entry"]):
            changed = document()
            del changed["entry"][place]
            with self.subTest(removed["resource"]["resourceType"]):
                self.assertTrue(self.found(changed))

    def test_what_others_gave_is_found(self) -> None:
        for element, value in (("gender", "male"), ("telecom", [{"value": "9785550000"}]), ("birthDate", "1989-11-12"),
                               ("name", [{"family": "MURPHY", "given": ["DENNIS", "T"]}]), ("address", [{"city": "Lowell"}])):
            changed = document()
            changed["entry"][1]["resource"][element] = value
            with self.subTest(element):
                self.assertTrue(self.found(changed))

    def test_traces_of_others_are_found(self) -> None:
        strangers = [entry("Basic", "b", code={"text": "100000000002"}), entry("Basic", "b", code={"text": "B1234567"}),
                     entry("Basic", "b", subject={"reference": "Patient/q"}),
                     entry("ServiceRequest", "s", identifier=[{"system": ID + "referral", "value": "R-1"}])]
        for stranger in strangers:
            changed = document()
            changed["entry"].append(stranger)
            with self.subTest(stranger["resource"]):
                self.assertTrue(self.found(changed))

    def test_marks_notice_and_type_are_needed(self) -> None:
        for path, value in ((("type",), "collection"), (("timestamp",), ""), (("meta", "security"), []),
                            (("entry", 0, "resource", "section"), []), (("entry", 11, "resource", "status"), "booked")):
            changed = copy.deepcopy(document())
            place: Any = changed
            for step in path[:-1]:
                place = place[step]
            place[path[-1]] = value
            with self.subTest(path):
                self.assertTrue(self.found(changed))

    def test_only_machine_times_and_the_port_are_passing(self) -> None:
        self.assertEqual(lasting({"meta": {"lastUpdated": "x", "versionId": "2"}, "a": ["https://127.0.0.1:1/f", 1]}),
                         {"meta": {}, "a": ["https://gateway/f", 1]})


if __name__ == "__main__":
    unittest.main()
