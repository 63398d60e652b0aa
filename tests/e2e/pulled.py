"""Checks what came of E5: a notification that says only that there is something, and what its recipient
pulled for it. Every finding is one sentence."""
import json
import re
from collections import Counter
from collections.abc import Iterator

from decision import Delivery
from document import codes, identified, identifiers, local, references
from expected import Expectation
from permitted import of_plan
from records import Values

PULLED_FOR = "https://handoff.example.org/id/pulled-for"
TOPIC = "https://handoff.example.org/fhir/SubscriptionTopic/support-plan"
ENTRY = {"fullUrl", "request", "response"}
CARRIED = {"CarePlan", "Goal", "Condition", "CareTeam", "ServiceRequest"}
EVENT = {"event-number", "timestamp", "focus", "additional-context"}


def plan_id(pulled: Values) -> str | None:
    """The number of the plan, if exactly one CarePlan was pulled."""
    found = [value for plan in of_type(pulled, "CarePlan") for value in identifiers(plan, "support-plan")]
    return found[0] if len(found) == 1 else None


def findings(notification: Values, pulled: Values, delivery: Delivery, world: Expectation) -> list[str]:
    checks = (told(notification, delivery, world), same_event(notification, pulled), parts(pulled, delivery),
              redacted(pulled, delivery, world))
    return [finding for check in checks for finding in check]


def told(notification: Values, delivery: Delivery, world: Expectation) -> Iterator[str]:
    """Only ids: nothing about the person, nothing clinical."""
    first, *others = notification["entry"]
    for entry in others:
        if set(entry) != ENTRY:
            yield f"an entry of the notification with {sorted(set(entry) - ENTRY)}"
    status = first.get("resource", {})
    parameters = {item["name"]: item for item in status.get("parameter", [])}
    if status.get("resourceType") != "Parameters" or parameters.get("topic", {}).get("valueCanonical") != TOPIC:
        yield "the first entry is not the status of a subscription to the topic"
    event = [part["name"] for part in parameters.get("notification-event", {}).get("part", [])]
    if set(event) - EVENT or event.count("focus") != 1:
        yield f"the event tells {sorted(set(event))}"
    text = json.dumps(notification, ensure_ascii=False)
    case = delivery.case
    words = {case.enrolment["last_name"], case.enrolment["referral_id"], case.enrolment["enrollment_id"], case.plan["planId"]}
    words |= {item["text"] for item in case.plan["addresses"] + case.plan["goals"] + case.plan["medications"]}
    words |= {item["icd10"] for item in case.plan["addresses"]}
    for word in sorted(words):
        if word in text:
            yield f"the notification tells {word!r}"
    if "Patient" in text or set(re.findall(r"\d{12}", text)) & world.medicaid_ids:
        yield "the notification names the patient"
    if strange := {local(item).split("/")[0] for item in references(notification)} - CARRIED - {"Subscription"}:
        yield f"the notification names a {sorted(strange)}"


def same_event(notification: Values, pulled: Values) -> Iterator[str]:
    """Exactly what was named was pulled."""
    named = {local(item) for item in references(notification) if "/Subscription/" not in item}
    here = Counter(f"{entry['resource']['resourceType']}/{entry['resource']['id']}" for entry in pulled.get("entry", []))
    if here != Counter(named):
        yield f"{sum(here.values())} resources were pulled for {len(named)} that the notification names"
    listed = {local(entry["fullUrl"]) for entry in notification["entry"][1:]}
    if listed != named:
        yield f"the notification lists {len(listed)} entries for {len(named)} that its event names"


def parts(pulled: Values, delivery: Delivery) -> Iterator[str]:
    """Exactly the plan and those of its parts that the recipient was permitted on the day of the event."""
    due, plan = of_plan(delivery), delivery.case.plan
    if identified(of_type(pulled, "CarePlan"), "support-plan") != Counter([plan["planId"]]):
        yield "not exactly the CarePlan"
    if identified(of_type(pulled, "CareTeam"), "care-team") != Counter([plan["planId"]] * due.care_team):
        yield "not exactly the CareTeam, if it is permitted"
    goals = identified(of_type(pulled, "Goal"), "goal")
    if goals != Counter(f"{plan['planId']}-{goal['id']}" for goal in due.goals):
        yield f"Goals {sorted(goals)}, not {sorted(goal['id'] for goal in due.goals)}"
    if codes(of_type(pulled, "Condition"), "code") != Counter(item["icd10"] for item in due.conditions):
        yield (f"Conditions {sorted(map(str, codes(of_type(pulled, 'Condition'), 'code')))}, "
               f"not {sorted(item['icd10'] for item in due.conditions)}")
    asked = Counter(item.get("code", {}).get("text") for item in of_type(pulled, "ServiceRequest"))
    if asked != Counter(due.interventions):
        yield f"ServiceRequests {sorted(map(str, asked))}, not {due.interventions}"
    if strange := {entry["resource"]["resourceType"] for entry in pulled.get("entry", [])} - CARRIED:
        yield f"a {sorted(strange)} was pulled"


def redacted(pulled: Values, delivery: Delivery, world: Expectation) -> Iterator[str]:
    text = json.dumps(pulled, ensure_ascii=False)
    for word in sorted(of_plan(delivery).hidden):
        if word in text:
            yield f"what was pulled tells {word!r}, which is not permitted"
    if set(re.findall(r"\d{12}", text)) & world.medicaid_ids or set(re.findall(r"B\d{7}", text)) & world.booking_numbers:
        yield "what was pulled tells a number of a person"
    here = {f"{entry['resource']['resourceType']}/{entry['resource']['id']}" for entry in pulled.get("entry", [])}
    for reference in references([entry["resource"] for entry in pulled.get("entry", [])]):
        if local(reference) not in here and local(reference).split("/")[0] in CARRIED:
            yield f"what was pulled refers to what was left out: {reference}"


def of_type(pulled: Values, name: str) -> list[Values]:
    return [entry["resource"] for entry in pulled.get("entry", []) if entry["resource"]["resourceType"] == name]
