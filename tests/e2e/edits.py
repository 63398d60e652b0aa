"""Dirt that the generator does not make, added to a folder of clean records.

The oracle tells from the records themselves what becomes of it: nothing here says so twice.
"""
import csv
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


def sent_again_in_another_form(path: Path) -> None:
    """The first record once more: padded, its birth date in the other form. Equal after trimming and parsing."""
    with path.open(encoding="utf-8", newline="") as file:
        first = file.read().split("\r\n")[1].split(",")
    month, date, year = first[5].split("/")
    first[2], first[5] = f"  {first[2]} ", f"{year}-{month}-{date}"
    with path.open("a", encoding="utf-8", newline="") as file:
        file.write(",".join(first) + "\r\n")


def contradicting_key(path: Path) -> None:
    """A second record under the first one's number, with another town: neither can be believed."""
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


def read(path: Path) -> list[Values]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def append(path: Path, item: Values) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(item, ensure_ascii=False) + "\n")
