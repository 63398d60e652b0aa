"""Reads a folder of program records as the contract counts them: every record with its number in its file.

A CSV's header is record 1, and a line break within quotes does not count. A record in JSON lines has the
number of its line.
"""
import csv
import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Feed:
    name: str        # path below the folder
    key: str         # column of the business key
    date: str = ""   # column of the day on which a record is taken in; none: it is there before everything
    delimiter: str = ","


# The feeds that have a mapping at this stage. Every other file of the folder must be listed as unmapped.
MAPPED = (
    Feed("organizations.csv", "org_id"),
    Feed("corrections/referrals.csv", "ReferralID", "ReferralDate"),
    Feed("supervision/referrals.jsonl", "referralId", "submittedAt"),
    Feed("community/referrals.csv", "referral_no", "received", ";"),
    Feed("vendor/enrollments.csv", "enrollment_id", "enrolled_on"),
    Feed("vendor/consents.jsonl", "consentId", "signedOn"),
    Feed("vendor/support_plans.jsonl", "planId", "createdOn"),
    Feed("vendor/discharges.jsonl", "dischargeId", "dischargedOn"),
    Feed("home_nursing/nurses.csv", "nurse_id"),
)
REFERRALS = ("corrections/referrals.csv", "supervision/referrals.jsonl", "community/referrals.csv")

Values = dict[str, Any]


@dataclass(frozen=True)
class Record:
    number: int
    values: Values


def day(text: str) -> dt.date | None:
    """The civil day at the beginning of a value, in either form that the feeds use; None if it is no date."""
    for pattern, width in (("%Y-%m-%d", 10), ("%m/%d/%Y", 10)):
        try:
            return dt.datetime.strptime(text.strip()[:width], pattern).date()
        except ValueError:
            continue
    return None


def read_feed(folder: Path, feed: Feed) -> list[Record]:
    path = folder / feed.name
    if path.suffix == ".jsonl":
        lines = path.read_text(encoding="utf-8").split("\n")
        return [Record(number, json.loads(line)) for number, line in enumerate(lines, 1) if line.strip()]
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file, delimiter=feed.delimiter)
        header = next(rows)
        return [Record(number, dict(zip(header, (cell.strip() for cell in row), strict=True))) for number, row in enumerate(rows, 2)]


def sameness(values: Values) -> str:
    """The same text for two records that are equal after trimming and parsing, whatever their padding, key
    order and date form."""
    def plain(value: Any) -> Any:
        if isinstance(value, str):
            date = day(value) if len(value.strip()) == 10 else None
            return date.isoformat() if date else value.strip()
        if isinstance(value, dict):
            return {name: plain(item) for name, item in value.items()}
        return [plain(item) for item in value] if isinstance(value, list) else value
    return json.dumps(plain(values), sort_keys=True, ensure_ascii=False)


def feed_names(folder: Path) -> set[str]:
    """Every file of records in the folder. The truth is not one of them."""
    paths = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return {str(path) for path in paths if path.parts[0] != "truth"}


def truth_rejects(folder: Path) -> dict[tuple[str, int], Values]:
    with (folder / "truth/rejects.csv").open(encoding="utf-8", newline="") as file:
        return {(row["feed"], int(row["record"])): row for row in csv.DictReader(file)}
