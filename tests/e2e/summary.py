"""Compares a summary, and what was received, with what was expected. Every finding is one sentence that names
the record."""
from collections import Counter

from expected import Expectation, FeedExpectation
from outcome import Outcome
from records import Values


def feed_findings(summary: Values, expectation: Expectation) -> list[str]:
    listed: dict[str, Values] = {feed["feed"]: feed for feed in summary["feeds"]}
    result = []
    if len(listed) != len(summary["feeds"]):
        result.append("a feed is listed twice")
    if strange := set(listed) ^ (set(expectation.feeds) | expectation.unmapped):
        result.append(f"listed or expected, but not both: {sorted(strange)}")
    for name in sorted(expectation.unmapped & set(listed)):
        if listed[name].get("unmapped") is not True:
            result.append(f"{name}: not said to be unmapped")
    for name, wanted in expectation.feeds.items():
        if name in listed:
            result += [f"{name}: {finding}" for finding in one_feed(listed[name], wanted)]
    return result


def one_feed(listed: Values, wanted: FeedExpectation) -> list[str]:
    if listed.get("unmapped"):
        return ["said to be unmapped"]
    counts = {"records": wanted.records, "mapped": len(wanted.mapped), "duplicates": wanted.duplicates,
              "waiting": wanted.waiting, "review": wanted.review, "later": wanted.later}
    result = [f"{name} is {listed.get(name)}, not {count}" for name, count in counts.items() if listed.get(name) != count]
    rejected = {item["record"]: item for item in listed["rejected"]}
    expected = {item.record: item for item in wanted.rejected}
    if len(rejected) != len(listed["rejected"]):
        result.append("a record is rejected twice")
    for number in sorted(set(rejected) | set(expected)):
        told, due = rejected.get(number), expected.get(number)
        if not told or not due:
            result.append(f"record {number} is {'rejected: ' + str(told) if told else 'not rejected, but should be: ' + str(due)}")
        elif (told["key"], told["field"]) != (due.key, due.field) or (told["reason"] != due.reason if due.reason else not told["reason"]):
            result.append(f"record {number} is rejected as {told}, not as {due}")
    return result


def delivery_findings(summary: Values, expectation: Expectation) -> list[str]:
    # The events E16 are checked by consent_changes.py.
    issued = [item for item in summary["deliveries"] if item["event"] != "E16"]
    told = {(item["event"], item["patient"]["value"], item["recipient"]): item for item in issued}
    due = {(item.event, item.patient, item.recipient): item for item in expectation.deliveries}
    result = [f"{name}: {'nobody expects it' if name in told else 'it is missing'}" for name in sorted(set(told) ^ set(due))]
    if len(told) != len(issued):
        result.append(f"{len(issued)} deliveries, for {len(told)} events, patients and recipients")
    for name in sorted(set(told) & set(due)):
        item, wanted = told[name], due[name]
        case = f"{wanted.event} of {wanted.source} to {wanted.recipient}"
        if item["patient"].get("system") != "https://handoff.example.org/id/medicaid":
            result.append(f"{case}: the patient's system is {item['patient'].get('system')}")
        if item["status"] != wanted.status:
            result.append(f"{case}: {item['status']} ({item['reason']}), not {wanted.status}")
        elif item["consent"] not in wanted.consents:
            result.append(f"{case}: consent {item['consent']}, not {sorted(map(str, wanted.consents))}")
        elif item["status"] == "withheld" and (not item["reason"] or wanted.reason not in item["reason"]):
            result.append(f"{case}: the reason {item['reason']!r} does not say {wanted.reason or 'why'!r}")
    return result


def resource_findings(summary: Values, expectation: Expectation) -> list[str]:
    wanted = {"Patient": expectation.patients,
              "CarePlan": len(expectation.feeds["vendor/support_plans.jsonl"].mapped),
              "EpisodeOfCare": len(expectation.feeds["vendor/enrollments.csv"].mapped)}
    told = summary["resources"]
    return [f"{told.get(name)} {name}, not {count}" for name, count in wanted.items() if told.get(name) != count]


def received_findings(received: dict[str, Values], expectation: Expectation) -> list[str]:
    told = Counter(place.rpartition(" #")[0] for place in received)
    due = Counter(f"{item.recipient} {item.patient}" for item in expectation.of_event("E14") if item.status == "delivered")
    return [f"{place}: {told[place]} files received, not {due[place]}"
            for place in sorted(set(told) | set(due)) if told[place] != due[place]]


def notified_findings(outcome: Outcome, expectation: Expectation) -> list[str]:
    """One notification for each delivery of E5, and one pull for each notification."""
    result = [f"{place}: pulled, but not notified" for place in sorted(set(outcome.pulled) - set(outcome.notified) - set(outcome.changed))]
    result += [f"{place}: notified, but nothing was pulled" for place in sorted(set(outcome.notified) - set(outcome.pulled))]
    told = Counter(outcome.support_plans().values())
    due = Counter((item.recipient, item.source) for item in expectation.of_event("E5") if item.status == "delivered")
    return result + [f"{place}: {told[place]} notifications received, not {due[place]}"
                     for place in sorted(set(told) | set(due)) if told[place] != due[place]]
