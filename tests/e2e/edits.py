"""Dirt that the generator does not make, added to a folder of clean records.

The oracle computes from the records what becomes of it, so nothing here says it again.
"""
import csv
import datetime as dt
import json
from pathlib import Path

from records import Values


def apply(records: Path) -> None:
    sent_again_in_another_form(records / "corrections/referrals.csv")
    contradicting_key(records / "community/referrals.csv")
    sent_again_with_keys_reordered(records / "supervision/referrals.jsonl")
    refers_to_nothing(records / "vendor/consents.jsonl", "consentId", "referralId")
    refers_to_nothing(records / "vendor/support_plans.jsonl", "planId", "enrollmentId")
    refers_to_nothing(records / "vendor/discharges.jsonl", "dischargeId", "enrollmentId")
    dated_later(records / "vendor/consents.jsonl")
    on_the_edge(records / "vendor")
    (records / "home_nursing/nurses.csv").unlink()  # an absent feed is skipped


def sent_again_in_another_form(path: Path) -> None:
    """The first record again: padded, with its birth date in the other form. It is equal after trimming and
    parsing."""
    with path.open(encoding="utf-8", newline="") as file:
        first = file.read().split("\r\n")[1].split(",")
    month, date, year = first[5].split("/")
    first[2], first[5] = f"  {first[2]} ", f"{year}-{month}-{date}"
    with path.open("a", encoding="utf-8", newline="") as file:
        file.write(",".join(first) + "\r\n")


def contradicting_key(path: Path) -> None:
    """A second record with the number of the first one and another town. Neither can be believed."""
    with path.open(encoding="utf-8", newline="") as file:
        first = list(csv.reader(file, delimiter=";"))[1]
    first[7] = "Elsewhere"
    with path.open("a", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";", lineterminator="\n").writerow(first)


def sent_again_with_keys_reordered(path: Path) -> None:
    first = read(path)[0]
    append(path, dict(reversed(first.items())))


def refers_to_nothing(path: Path, key: str, reference: str) -> None:
    append(path, read(path)[0] | {key: "X-999999", reference: "X-999999"})


def dated_later(path: Path) -> None:
    append(path, read(path)[0] | {"consentId": "CN-900000", "signedOn": "2024-07-01", "expiresOn": "2025-07-01", "revokedOn": None})


def edges(on: dt.date) -> list[Values]:
    """Members of a form that lie just at an edge on the day of a discharge."""
    before, after = ((on + dt.timedelta(days=days)).isoformat() for days in (-1, 1))
    today, share = on.isoformat(), {"general": True, "mentalHealth": True, "substanceUse": True, "hiv": True}
    return [{"expiresOn": today}, {"expiresOn": before}, {"revokedOn": today}, {"revokedOn": after}, {"signedOn": today},
            {"purposes": ["care coordination"]}, {"purposes": ["care coordination", "treatment"]}, {"discloser": "ORG-VINFEN"},
            {"signedBy": "legal guardian"}, {"share": share | {"substanceUse": False}}, {"share": share | {"hiv": False}},
            {"share": share | {"mentalHealth": False}}, {"share": share | {"general": False}},
            {"share": share | {"attendanceOnly": True}}, {"part2Notice": False}, {"decision": "declined"}]


def on_the_edge(vendor: Path) -> None:
    """Gives a form to the primary care of some of the discharged. It is sound except for one edge."""
    plans = {plan["enrollmentId"]: plan for plan in read(vendor / "support_plans.jsonl")}
    with (vendor / "enrollments.csv").open(encoding="utf-8", newline="") as file:
        enrolments = {row["enrollment_id"]: row for row in csv.DictReader(file)}
    consents = read(vendor / "consents.jsonl")
    leaving = [item for item in read(vendor / "discharges.jsonl")
               # Revocations after as-of do not arrive.
               if item["enrollmentId"] in enrolments and item["dischargedOn"] < "2024-06-30"]
    for number, discharge in enumerate(item for item in leaving if not item["memberDeclinedCoordination"]):
        on, enrolment = dt.date.fromisoformat(discharge["dischargedOn"]), enrolments[discharge["enrollmentId"]]
        kinds, recipient = edges(on), plans[discharge["enrollmentId"]]["team"]["pcp"]
        sound = {"consentId": f"CN-91{number:04d}", "referralId": enrolment["referral_id"], "discloser": enrolment["vendor"],
                 "recipient": recipient, "decision": "signed", "signedOn": (on - dt.timedelta(days=9)).isoformat(),
                 "expiresOn": (on + dt.timedelta(days=9)).isoformat(), "purposes": ["treatment"],
                 "share": {"general": True, "mentalHealth": True, "substanceUse": True, "hiv": True},
                 "signedBy": "member", "part2Notice": True, "revokedOn": None}
        consents = [row for row in consents if (row["referralId"], row["recipient"]) != (sound["referralId"], recipient)]
        consents.append(sound | kinds[number % len(kinds)])
        if number >= 2 * len(kinds):  # in the third round there is also a refusal in force
            consents.append(sound | {"consentId": f"CN-93{number:04d}", "decision": "declined"})
        elif number >= len(kinds):  # in the second round there is also an older, expired form on file
            consents.append(sound | {"consentId": f"CN-92{number:04d}", "signedOn": "2023-01-01", "expiresOn": "2023-01-02"})
    write(vendor / "consents.jsonl", consents)


def write(path: Path, items: list[Values]) -> None:
    path.write_text("".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items), encoding="utf-8")


def read(path: Path) -> list[Values]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def append(path: Path, item: Values) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(item, ensure_ascii=False) + "\n")
