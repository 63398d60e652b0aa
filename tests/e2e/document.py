"""Checks one received aftercare document against its records and against what its recipient is permitted of
them. Every finding is one sentence.

The vendor disclosed everything that the document may hold. It holds nothing that only a referral gave, and
nothing of anybody else.
"""
import datetime as dt
import html
import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from decision import Delivery
from expected import Expectation
from labels import told
from permitted import Permitted, of_document
from records import Values

SYSTEM = "https://handoff.example.org/id/"
MARKS = {"NORDSCLCD", "PERSISTLABEL", "RedisclosureProhibitionMark"}
CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
TYPES = {"Composition", "Patient", "CarePlan", "Goal", "Condition", "CareTeam", "MedicationRequest", "Appointment", "Organization",
         "HealthcareService", "Consent"}
# A resource of these types that is referred to, but is not in a document, was left out. It may not be named
# outside.
INCLUDED_TYPES = TYPES - {"Organization", "HealthcareService"}
Resources = dict[str, list[Values]]


def member_id(document: Values) -> str | None:
    """The Medicaid member id of the document's Patient."""
    patients = by_type(document).get("Patient", [])
    return next(iter(identifiers(patients[0], "medicaid")), None) if patients else None


def findings(document: Values, delivery: Delivery, world: Expectation) -> list[str]:
    if document.get("resourceType") != "Bundle" or document.get("type") != "document":
        return ["it is no Bundle of type document"]
    found = by_type(document)
    if [len(found.get(name, [])) for name in ("Composition", "Patient")] != [1, 1]:
        return ["not exactly one Composition and one Patient"]
    due = of_document(delivery)
    checks = (frame(document, found), patient(found, delivery, world), plan(found, delivery, due), aftercare(found, due),
              medications(found, due), organizations(found, delivery, due), consent(found, due), labelled(document, found, delivery, due),
              readable(found, due), named(document, found), nothing_hidden(document, due),
              nothing_of_others(document, found, delivery, world))
    return [finding for check in checks for finding in check]


def frame(document: Values, found: Resources) -> Iterator[str]:
    first = document["entry"][0]["resource"]
    if first["resourceType"] != "Composition":
        yield f"the first entry is a {first['resourceType']}"
        return
    urls = [entry.get("fullUrl") for entry in document["entry"]]
    if None in urls or len(set(urls)) != len(urls):
        yield "entries without a fullUrl of their own"
    if missing := MARKS - {mark.get("code") for mark in document.get("meta", {}).get("security", [])}:
        yield f"Bundle.meta.security lacks {sorted(missing)}"
    if not document.get("identifier", {}).get("value") or not document.get("timestamp"):
        yield "a document needs an identifier and a timestamp"
    sections = list(all_sections(first.get("section", [])))
    if not any("42 cfr part 2" in narrative(section).lower() for section in sections):
        yield "no section with the notice of 42 CFR part 2"
    included = {f"{entry['resource']['resourceType']}/{entry['resource'].get('id')}" for entry in document["entry"]}
    for section in sections:
        for entry in section.get("entry", []):
            if entry.get("reference") not in included | set(urls):
                yield f"a section's entry {entry.get('reference')} is not in the document"


def patient(found: Resources, delivery: Delivery, world: Expectation) -> Iterator[str]:
    """The person as the vendor knows it: by its enrolment and, if the vendor took the referral in itself, by
    the referral.

    The vendor may not tell the middle name from a jail, or the phone and address from a probation office.
    """
    given, enrolment = found["Patient"][0], delivery.case.enrolment
    if identifiers(given, "medicaid") != [enrolment["masshealth_id"]]:
        yield "Patient: not the vendor's Medicaid member id"
    if identifiers(given, "booking"):
        yield "Patient: a booking number"
    names = [(name.get("family"), tuple(name.get("given", []))) for name in given.get("name", [])]
    if names != [(enrolment["last_name"], (enrolment["first_name"],))]:
        yield f"Patient: {len(names)} names, not just the vendor's"
    if given.get("birthDate") != enrolment["dob"]:
        yield "Patient: another birth date"
    referral = world.community.get(enrolment["referral_id"], {})
    gender = referral.get("gender") or "unknown"  # as US Core wants it for a missing or hidden value
    if given.get("gender") != gender:
        yield f"Patient.gender: {given.get('gender')}, the vendor gave {gender}"
    phones = {item.get("value") for item in given.get("telecom", [])}
    if phones != {referral.get("phone")} - {None, ""}:
        yield f"Patient.telecom: {len(phones)} phones, not just the vendor's"
    for address in given.get("address", []):
        if {"line", "postalCode"} & set(address) or address.get("city") != referral.get("town"):
            yield "Patient.address: not the vendor's"


def plan(found: Resources, delivery: Delivery, due: Permitted) -> Iterator[str]:
    """The care plan with exactly those of its parts that are permitted. The plan names each of them."""
    plans = found.get("CarePlan", [])
    if len(plans) != 1 or delivery.case.plan["planId"] not in identifiers(plans[0], "support-plan"):
        yield "not exactly the CarePlan of the enrolment"
        return
    texts = Counter(goal.get("description", {}).get("text") for goal in found.get("Goal", []))
    if texts != Counter(goal["text"] for goal in due.goals):
        yield f"{sum(texts.values())} Goals, not exactly the {len(due.goals)} that are permitted"
    if codes(found.get("Condition", []), "code") != Counter(item["icd10"] for item in due.conditions):
        yield (f"Conditions {sorted(map(str, codes(found.get('Condition', []), 'code')))}, "
               f"not {sorted(item['icd10'] for item in due.conditions)}")
    if identified(found.get("CareTeam", []), "care-team") != Counter([delivery.case.plan["planId"]] * due.care_team):
        yield "not exactly the CareTeam of the plan, if it is permitted"
    for element, kind in (("goal", "Goal"), ("addresses", "Condition"), ("careTeam", "CareTeam")):
        named = Counter(references(plans[0].get(element, [])))
        if named != Counter(f"{kind}/{item['id']}" for item in found.get(kind, [])):
            yield f"CarePlan.{element} names {sum(named.values())}, and {len(found.get(kind, []))} are there"


def medications(found: Resources, due: Permitted) -> Iterator[str]:
    drugs = codes(found.get("MedicationRequest", []), "medicationCodeableConcept")
    if drugs != Counter(item["rxnorm"] for item in due.medications):
        yield f"MedicationRequests {sorted(map(str, drugs))}, not {sorted(item['rxnorm'] for item in due.medications)}"


def aftercare(found: Resources, due: Permitted) -> Iterator[str]:
    appointments = found.get("Appointment", [])
    if any(item.get("status") != "proposed" or not item.get("requestedPeriod") for item in appointments):
        yield "an Appointment that is not proposed for a period"
    days = Counter((provider(item, found), item.get("requestedPeriod", [{}])[0].get("start", "")[:10]) for item in appointments)
    if days != Counter((item["with"], item["on"]) for item in due.appointments):
        yield "not exactly the Appointments of the aftercare that are permitted, each with a HealthcareService of its organization"
    text = " ".join(narrative(section) for section in all_sections(found["Composition"][0].get("section", [])))
    for item in due.aftercare:
        if item not in text:
            yield f"the sections do not name {item!r}"


def readable(found: Resources, due: Permitted) -> Iterator[str]:
    """Whoever reads only the narratives has read the document: each section has one, and together they say
    what the entries say."""
    composition = found["Composition"][0]
    sections = list(all_sections(composition.get("section", [])))
    if not narrative(composition).strip():
        yield "the Composition has no text"
    for section in sections:
        if not narrative(section).strip():
            yield f"the section {section.get('title')!r} has no text"
    text = " ".join(map(narrative, sections))
    words = [item["text"] for item in due.goals + due.conditions + due.medications] + due.aftercare
    words += [day(item["on"]) for item in due.appointments]
    words += [item["name"] for item in found.get("Organization", []) if "name" in item]
    for word in words:
        if word not in text:
            yield f"no narrative says {word!r}"


def day(date: str) -> str:
    parsed = dt.date.fromisoformat(date)
    return f"{parsed:%B} {parsed.day}, {parsed.year}"


def named(document: Values, found: Resources) -> Iterator[str]:
    """Everything that the Composition refers to, by any element, is in the document (R4 "documents", bundle
    content)."""
    here = {f"{entry['resource']['resourceType']}/{entry['resource'].get('id')}" for entry in document["entry"]}
    for reference in references(found["Composition"][0]):
        if local(reference) not in here:
            yield f"the Composition names {reference}, which is not in the document"


def provider(appointment: Values, found: Resources) -> str | None:
    """The organization whose HealthcareService the appointment is with."""
    actors = {item.get("actor", {}).get("reference") for item in appointment.get("participant", [])}
    for service in found.get("HealthcareService", []):
        if f"HealthcareService/{service['id']}" in actors:
            return str(service.get("providedBy", {}).get("reference")).removeprefix("Organization/")
    return None


def organizations(found: Resources, delivery: Delivery, due: Permitted) -> Iterator[str]:
    """Exactly the organizations that the permitted care team and aftercare name."""
    team = delivery.case.plan["team"]
    named = {delivery.case.enrolment["vendor"], delivery.recipient} | {item["with"] for item in due.appointments}
    if due.care_team:
        named |= {team[role] for role in ("pcp", "outpatient", "mobileCrisis", "plan") if team.get(role)}
    here = {item.get("id") for item in found.get("Organization", [])}
    if missing := named - here:
        yield f"Organizations {sorted(missing)} are missing"
    if more := here - named:
        yield f"Organizations {sorted(map(str, more))} are named by nothing that is permitted"


def consent(found: Resources, due: Permitted) -> Iterator[str]:
    """Exactly the consents that the document relies on. If several would each be enough, any of them."""
    numbers = {number for item in found.get("Consent", []) for number in identifiers(item, "consent")}
    relied_on = numbers <= due.numbers and bool(numbers) if len(due.permission.forms) > 1 else numbers == due.numbers
    if not relied_on:
        yield f"Consent {sorted(numbers)} instead of {sorted(due.numbers)}"


def labelled(document: Values, found: Resources, delivery: Delivery, due: Permitted) -> Iterator[str]:
    """Exactly the labels of what is in the document. A consent carries the labels of its subject."""
    expected = set(due.labels)
    for number in (number for item in found.get("Consent", []) for number in identifiers(item, "consent")):
        form = next((form for form in due.permission.forms if form["consentId"] == number), None)
        about = {"HIV"} if number.endswith("-HIV") else set()
        if delivery.recipient in delivery.network.programs or (form and form["share"]["substanceUse"]):
            about.add("SUD")
        about |= delivery.network.tells(delivery.recipient)
        of_it = told(frozenset(about), due.sud_content)
        expected |= of_it.sensitivities | of_it.regimes
    marks = {mark.get("code") for mark in document.get("meta", {}).get("security", []) if mark.get("system") != CONFIDENTIALITY}
    if marks - MARKS != expected:
        yield f"Bundle.meta.security says {sorted(map(str, marks - MARKS))}, not {sorted(expected)}"


def nothing_hidden(document: Values, due: Permitted) -> Iterator[str]:
    """No word of what is not permitted, and no reference to anything that was left out."""
    if strange := set(by_type(document)) - TYPES:
        yield f"there is a {sorted(strange)}"
    text = json.dumps(document, ensure_ascii=False)
    for word in sorted(due.hidden):
        if word in text:
            yield f"it tells {word!r}, which is not permitted"
    told = [html.unescape(div) for div in re.findall(r'"div": ("(?:[^"\\]|\\.)*")', text)]
    for word in sorted(due.hidden):
        if any(word in narrative for narrative in told):
            yield f"a narrative tells {word!r}, which is not permitted"
    here = {f"{entry['resource']['resourceType']}/{entry['resource'].get('id')}" for entry in document["entry"]}
    for reference in references(document):
        if local(reference) not in here and local(reference).split("/")[0] in INCLUDED_TYPES - {"Patient"}:
            yield f"a reference to what is not there: {reference}"


def nothing_of_others(document: Values, found: Resources, delivery: Delivery, world: Expectation) -> Iterator[str]:
    text = json.dumps(document, ensure_ascii=False)
    if others := set(re.findall(r"\d{12}", text)) & world.medicaid_ids - {delivery.patient}:
        yield f"Medicaid member ids of {len(others)} other people"
    if set(re.findall(r"B\d{7}", text)) & world.booking_numbers:
        yield "a booking number"
    own = found["Patient"][0].get("id")
    urls = {entry["fullUrl"] for entry in document["entry"] if entry["resource"]["resourceType"] == "Patient"}
    for reference in references(document):
        if re.search(r"(^|/)Patient/", reference) and reference not in urls and reference.split("/")[-1] != own:
            yield f"a reference to another Patient: {reference}"
    for resource in found.get("ServiceRequest", []) + found.get("Condition", []):
        numbers = [item.get("value", "") for item in resource.get("identifier", [])]
        if identifiers(resource, "referral") or any(number.startswith("R-") for number in numbers):
            yield f"a {resource['resourceType']} of a referral"


def by_type(document: Values) -> Resources:
    result: Resources = {}
    for entry in document.get("entry", []):
        result.setdefault(entry["resource"]["resourceType"], []).append(entry["resource"])
    return result


def identifiers(resource: Values, name: str) -> list[str]:
    listed = resource.get("identifier", [])
    listed = listed if isinstance(listed, list) else [listed]
    return [item["value"] for item in listed if item.get("system") == SYSTEM + name]


def identified(resources: list[Values], name: str) -> Counter[str]:
    return Counter(value for resource in resources for value in identifiers(resource, name))


def local(reference: str) -> str:
    """Type/id, without what stands before it."""
    return "/".join(reference.split("/")[-2:])


def codes(resources: list[Values], element: str) -> Counter[str]:
    return Counter(resource.get(element, {}).get("coding", [{}])[0].get("code") for resource in resources)


def all_sections(sections: list[Values]) -> Iterator[Values]:
    for section in sections:
        yield section
        yield from all_sections(section.get("section", []))


def narrative(section: Values) -> str:
    return html.unescape(re.sub(r"<[^>]*>", " ", section.get("text", {}).get("div", "")))


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("reference"), str):
            yield value["reference"]
        for item in value.values():
            yield from references(item)
    elif isinstance(value, list):
        for item in value:
            yield from references(item)
