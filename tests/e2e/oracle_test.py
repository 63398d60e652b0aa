"""Tests the oracle itself: each of its rules can fail. The cases are small enough to be decided by hand."""
import copy
import datetime as dt
import unittest
from typing import Any

import labels
import pulled
from decision import Case, decide
from document import findings
from expected import Expectation, recipients, sort_feed
from outcome import lasting
from permitted import of_document, of_plan
from records import Feed, Record, Values, sameness

CONSENT: Values = {"consentId": "CN-1", "referralId": "R-1", "discloser": "ORG-V", "recipient": "ORG-P", "decision": "signed",
                   "signedOn": "2024-01-10", "expiresOn": "2024-05-17", "purposes": ["treatment"], "signedBy": "member",
                   "part2Notice": True,
                   "share": {"general": True, "mentalHealth": True, "substanceUse": True, "hiv": False}, "revokedOn": None}
ENROLMENT: Values = {"enrollment_id": "E-1", "referral_id": "R-1", "vendor": "ORG-V", "masshealth_id": "100000000001",
                     "last_name": "Murphy", "first_name": "Dennis", "dob": "1989-11-11"}
PLAN: Values = {"planId": "SP-1", "createdOn": "2024-02-01", "addresses": [{"icd10": "F11.20", "text": "Opioid dependence"}],
                "goals": [{"id": "G1", "text": "Find work", "interventions": ["CBT group"]}],
                "medications": [{"rxnorm": "6813", "text": "methadone"}],
                "team": {"pcp": "ORG-P", "outpatient": "ORG-O", "mobileCrisis": "ORG-P", "plan": "ORG-M"}}
DISCHARGE: Values = {"dischargeId": "D-1", "dischargedOn": "2024-05-17", "memberDeclinedCoordination": False,
                     "aftercare": {"appointments": [{"with": "ORG-O", "on": "2024-05-20"}], "medications": ["methadone"],
                                   "supports": ["food pantry"]}}
CASE = Case(ENROLMENT, PLAN, DISCHARGE)
ADDED = Case(ENROLMENT, PLAN)
SHARE = CONSENT["share"]
ID = "https://handoff.example.org/id/"


def entry(kind: str, ident: str, **rest: Any) -> Values:
    return {"fullUrl": f"https://x/fhir/{kind}/{ident}", "resource": {"resourceType": kind, "id": ident, **rest}}


def document() -> Values:
    """A document without a fault."""
    words = "42 CFR part 2 forbids; methadone; food pantry; Find work; Opioid dependence; May 20, 2024"
    text = {"text": {"div": f"<div>{words}</div>"}, "entry": [{"reference": "CarePlan/c"}]}
    marks = ("NORDSCLCD", "PERSISTLABEL", "RedisclosureProhibitionMark", "42CFRPart2", "OPIOIDUD", "SUD")
    return {"resourceType": "Bundle", "type": "document", "identifier": {"value": "1"}, "timestamp": "2024-05-17T00:00:00Z",
            "meta": {"security": [{"code": code} for code in marks]},
            "entry": [
                entry("Composition", "d", text={"div": "<div>All of it</div>"}, section=[text], subject={"reference": "Patient/p"}),
                entry("Patient", "p", identifier=[{"system": ID + "medicaid", "value": "100000000001"}], birthDate="1989-11-11",
                      name=[{"family": "Murphy", "given": ["Dennis"]}], gender="unknown"),
                entry("CarePlan", "c", identifier=[{"system": ID + "support-plan", "value": "SP-1"}], goal=[{"reference": "Goal/g"}],
                      addresses=[{"reference": "Condition/k"}], careTeam=[{"reference": "CareTeam/t"}]),
                entry("Goal", "g", description={"text": "Find work"}),
                entry("Condition", "k", code={"coding": [{"code": "F11.20"}]}),
                entry("MedicationRequest", "m", medicationCodeableConcept={"coding": [{"code": "6813"}]}),
                entry("CareTeam", "t", identifier=[{"system": ID + "care-team", "value": "SP-1"}]),
                *(entry("Organization", name) for name in ("ORG-V", "ORG-P", "ORG-O", "ORG-M")),
                entry("HealthcareService", "h", providedBy={"reference": "Organization/ORG-O"}),
                entry("Appointment", "a", status="proposed", requestedPeriod=[{"start": "2024-05-20"}],
                      participant=[{"actor": {"reference": "HealthcareService/h"}}]),
                entry("Consent", "n", identifier=[{"system": ID + "consent", "value": "CN-1"}])]}


class DecisionTest(unittest.TestCase):
    def status(self, case: Case = CASE, purpose: str = "TREAT", **changes: Any) -> str:
        return decide("E14" if case.discharge else "E5", case, "ORG-P", purpose, [CONSENT | changes]).status

    def test_the_consent_of_the_day_decides(self) -> None:
        self.assertEqual(self.status(), "delivered")
        self.assertEqual(self.status(revokedOn="2024-05-18"), "delivered")
        refused: list[Values] = [
            {"expiresOn": "2024-05-16"}, {"signedOn": "2024-05-18"}, {"revokedOn": "2024-05-17"}, {"decision": "declined"},
            {"signedBy": "legal guardian"}, {"discloser": "ORG-W"}, {"recipient": "ORG-Q"}, {"referralId": "R-2"},
            {"purposes": ["care coordination"]}, {"purposes": ["treatment", "supervision compliance"]}, {"part2Notice": False},
            {"share": SHARE | {"general": False}}, {"share": SHARE | {"attendanceOnly": True}}]
        for changes in refused:
            with self.subTest(changes):
                self.assertEqual(self.status(**changes), "withheld")

    def test_a_support_plan_is_decided_on_its_own_day(self) -> None:
        self.assertEqual(self.status(ADDED, expiresOn="2024-02-01"), "delivered")
        self.assertEqual(self.status(ADDED, expiresOn="2024-01-31"), "withheld")
        self.assertEqual(self.status(ADDED, revokedOn="2024-02-01"), "withheld")

    def test_each_asks_for_its_own_purpose(self) -> None:
        self.assertEqual(recipients(CASE, ("pcp", "mobileCrisis", "plan")), [("ORG-P", "TREAT"), ("ORG-M", "HOPERAT")])
        self.assertEqual(self.status(ADDED, "HOPERAT"), "withheld")
        self.assertEqual(self.status(ADDED, "HOPERAT", purposes=["payment", "operations"]), "delivered")
        self.assertEqual(self.status(ADDED, "HOPERAT", purposes=["payment"]), "withheld")

    def test_the_plan_itself_needs_no_more_than_the_general_permission(self) -> None:
        nothing = SHARE | {"mentalHealth": False, "substanceUse": False}
        self.assertEqual((self.status(share=nothing), self.status(ADDED, share=nothing)), ("delivered", "delivered"))

    def test_a_refusal_in_force_outweighs_a_signature(self) -> None:
        for signer in ("member", "legal guardian"):
            declined = CONSENT | {"consentId": "CN-2", "decision": "declined", "signedBy": signer}
            self.assertEqual(decide("E14", CASE, "ORG-P", "TREAT", [CONSENT, declined]).status, "withheld")

    def test_declined_coordination_withholds(self) -> None:
        case = Case(ENROLMENT, PLAN, DISCHARGE | {"memberDeclinedCoordination": True})
        self.assertEqual((self.status(case), decide("E14", case, "ORG-P", "TREAT", [CONSENT]).reason),
                         ("withheld", "member declined coordination"))


class LabelTest(unittest.TestCase):
    def test_codes_say_what_they_are(self) -> None:
        said = {"F11.20": "OPIOIDUD", "F10.10": "ETHUD", "F14.20": "SUD", "F32.1": "PSY", "B20": "HIV", "R45.851": "MH"}
        for code, label in said.items():
            self.assertEqual(labels.condition(code, "", True).sensitivities, {label}, code)
        for code in ("I10", "F17.210", "E11.9"):
            self.assertEqual(labels.condition(code, "", True), labels.Labels(), code)

    def test_part2_follows_the_source(self) -> None:
        self.assertEqual(labels.condition("F11.20", "", True).regimes, {labels.PART2})
        self.assertEqual(labels.condition("F11.20", "", False).regimes, frozenset())
        self.assertEqual(labels.condition("F32.1", "", True).regimes, frozenset())
        self.assertEqual(labels.condition("B20", "", True).regimes, {labels.MA_HIV})

    def test_a_weak_signal_labels_with_a_second_and_counts_for_part2_alone(self) -> None:
        self.assertEqual(labels.medication("6813", "", True), labels.Labels(frozenset(), frozenset({labels.PART2})))
        self.assertEqual(labels.medication("6813", "Methadone", True).sensitivities, {"OPIOIDUD", "SUD"})
        self.assertEqual(labels.text_only("Reduce risk of overdose", True), labels.Labels(frozenset(), frozenset({labels.PART2})))
        self.assertEqual(labels.text_only("overdosed", True), labels.Labels())


class PermittedTest(unittest.TestCase):
    case = Case(ENROLMENT, PLAN | {"addresses": [{"icd10": code, "text": code} for code in ("F11.20", "F32.1", "B20", "I10")],
                                   "goals": [{"text": text, "interventions": []} for text in ("Find work", "Reduce risk of overdose")]},
                DISCHARGE)

    def test_each_flag_opens_its_own(self) -> None:
        for mental, substance, hiv, opened in ((False, False, False, ["I10"]), (True, False, False, ["F32.1", "I10"]),
                                               (False, True, False, ["F11.20", "I10"]), (False, False, True, ["B20", "I10"])):
            share = SHARE | {"mentalHealth": mental, "substanceUse": substance, "hiv": hiv}
            found = of_document(decide("E14", self.case, "ORG-P", "TREAT", [CONSENT | {"share": share}]))
            with self.subTest(opened):
                self.assertEqual([item["icd10"] for item in found.conditions], opened)
                self.assertEqual([len(found.medications), len(found.goals), len(found.aftercare)], [1, 2, 2] if substance else [0, 1, 1])
                self.assertEqual("methadone" in found.hidden, not substance)
                self.assertEqual(found.numbers, {"CN-1", "CN-1-HIV"} if hiv else {"CN-1"})


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
    delivery = decide("E14", CASE, "ORG-P", "TREAT", [CONSENT])
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

    def test_what_the_form_does_not_cover_is_found(self) -> None:
        delivery = decide("E14", CASE, "ORG-P", "TREAT", [CONSENT | {"share": SHARE | {"substanceUse": False}}])
        told = findings(document(), delivery, self.world)
        for words in ("Conditions", "MedicationRequests", "tells 'F11.20'", "tells 'methadone'", "meta.security says"):
            self.assertTrue([finding for finding in told if words in finding], words)

    def test_references_to_what_is_left_out_are_found(self) -> None:
        changed = document()
        changed["entry"][2]["resource"]["supportingInfo"] = [{"reference": "Condition/hidden"}]
        self.assertTrue(self.found(changed))
        changed["entry"][2]["resource"]["supportingInfo"] = [{"reference": "EpisodeOfCare/e"}]
        self.assertEqual(self.found(changed), [])

    def test_texts_are_needed_and_say_what_is_there(self) -> None:
        for words in ("methadone", "Find work", "Opioid dependence", "May 20, 2024", "food pantry"):
            changed = document()
            section = changed["entry"][0]["resource"]["section"][0]
            section["text"]["div"] = section["text"]["div"].replace(words, "")
            with self.subTest(words):
                self.assertTrue(self.found(changed))
        for element, value in (("text", {}), ("section", [*document()["entry"][0]["resource"]["section"], {"title": "Empty"}])):
            changed = document()
            changed["entry"][0]["resource"][element] = value
            with self.subTest(element):
                self.assertTrue(self.found(changed))

    def test_what_the_composition_names_is_needed(self) -> None:
        changed = document()
        changed["entry"][0]["resource"]["event"] = [{"detail": [{"reference": "EpisodeOfCare/e"}]}]
        self.assertTrue(self.found(changed))

    def test_marks_notice_and_type_are_needed(self) -> None:
        for path, value in ((("type",), "collection"), (("timestamp",), ""), (("meta", "security"), []),
                            (("entry", 0, "resource", "section"), []), (("entry", 12, "resource", "status"), "booked")):
            changed = copy.deepcopy(document())
            place: Any = changed
            for step in path[:-1]:
                place = place[step]
            place[path[-1]] = value
            with self.subTest(path):
                self.assertTrue(self.found(changed))

    def test_no_other_consent_comes_along(self) -> None:
        changed = document()
        changed["entry"].append(entry("Consent", "h", identifier=[{"system": ID + "consent", "value": "CN-1-HIV"}]))
        self.assertTrue(self.found(changed))

    def test_only_machine_times_and_the_port_are_passing(self) -> None:
        self.assertEqual(lasting({"meta": {"lastUpdated": "x", "versionId": "2"}, "a": ["https://127.0.0.1:1/f", 1]}),
                         {"meta": {}, "a": ["https://gateway/f", 1]})


class PulledTest(unittest.TestCase):
    delivery = decide("E5", ADDED, "ORG-P", "TREAT", [CONSENT])
    world = DocumentTest.world
    base = "https://x/fhir/"

    def pulled(self) -> Values:
        plan = entry("CarePlan", "c", identifier=[{"system": ID + "support-plan", "value": "SP-1"}], goal=[{"reference": "Goal/g"}])
        return {"type": "searchset", "entry": [
            plan, entry("Goal", "g", identifier=[{"system": ID + "goal", "value": "SP-1-G1"}]),
            entry("Condition", "k", code={"coding": [{"code": "F11.20"}]}), entry("ServiceRequest", "s", code={"text": "CBT group"}),
            entry("CareTeam", "t", identifier=[{"system": ID + "care-team", "value": "SP-1"}])]}

    def notification(self) -> Values:
        named = [self.base + place for place in ("CarePlan/c", "Goal/g", "Condition/k", "ServiceRequest/s", "CareTeam/t")]
        event = [{"name": "focus" if place is named[0] else "additional-context", "valueReference": {"reference": place}}
                 for place in named]
        status = {"resourceType": "Parameters", "parameter": [{"name": "topic", "valueCanonical": pulled.TOPIC},
                                                              {"name": "notification-event", "part": event}]}
        return {"type": "history", "entry": [{"resource": status}] + [{"fullUrl": place, "request": {}, "response": {}} for place in named]}

    def found(self, notification: Values, bundle: Values) -> list[str]:
        return pulled.findings(notification, bundle, self.delivery, self.world)

    def test_sound_ones_have_no_findings(self) -> None:
        self.assertEqual(self.found(self.notification(), self.pulled()), [])

    def test_exactly_what_was_named_is_pulled(self) -> None:
        for place in range(5):
            bundle = self.pulled()
            del bundle["entry"][place]
            self.assertTrue(self.found(self.notification(), bundle))
        more = self.pulled()
        more["entry"].append(entry("MedicationRequest", "m"))
        self.assertTrue(self.found(self.notification(), more))

    def test_a_notification_that_tells_more_is_found(self) -> None:
        for told in ({"resource": {"resourceType": "Goal"}}, {"fullUrl": self.base + "Patient/p"}, {"request": {"url": "Find work"}}):
            notification = self.notification()
            notification["entry"][1] |= told
            self.assertTrue(self.found(notification, self.pulled()), told)

    def test_what_was_not_permitted_is_found(self) -> None:
        less = decide("E5", ADDED, "ORG-P", "TREAT", [CONSENT | {"share": SHARE | {"substanceUse": False}}])
        self.assertEqual([item["icd10"] for item in of_plan(less).conditions], [])
        self.assertTrue(pulled.findings(self.notification(), self.pulled(), less, self.world))


if __name__ == "__main__":
    unittest.main()
