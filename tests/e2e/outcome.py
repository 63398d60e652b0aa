"""What a run left behind: its summary, what was received, and the size of its store."""
import json
import re
import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from document import member_id
from pulled import PULLED_FOR, TOPIC, plan_id
from records import Values

# Members that differ between runs and do not change what is said.
PASSING = {"lastUpdated", "versionId"}
NUMBER = "event-number"  # in the order of sending, so a delivery that was put off has another number


@dataclass
class Outcome:
    summary: Values
    received: dict[str, Values]  # documents, by recipient, member id and number among those equal in both
    notified: dict[str, Values]  # notifications of support plans, by recipient and identifier
    changed: dict[str, Values]   # those of changes of consents
    pulled: dict[str, Values]    # what was pulled, by recipient and identifier of the notification
    files: dict[str, bytes]      # below received/

    def support_plans(self) -> dict[str, tuple[str, str]]:
        """For each notification: its recipient, and the plan that was pulled for it ("": none)."""
        return {place: (place.split()[0], plan_id(self.pulled.get(place, {})) or "") for place in self.notified}


def outcome(data: Path, summary: Path) -> Outcome:
    folder = data / "received"
    files = {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
    result = Outcome(json.loads(summary.read_text(encoding="utf-8")), {}, {}, {}, {}, files)
    for name, content in files.items():
        sort_in(result, Path(name).parts[0], json.loads(content))
    return result


def topic_of(notification: Values) -> str:
    [topic] = [item["valueCanonical"] for item in notification["entry"][0]["resource"]["parameter"] if item["name"] == "topic"]
    return str(topic)


def event_numbers(result: Outcome) -> dict[tuple[str, str], list[int]]:
    """For each recipient and topic: the numbers of its notifications, in the order of arrival."""
    numbers: dict[tuple[str, str], list[int]] = {}
    for name in sorted(result.files, key=lambda name: (Path(name).parts[0], int(Path(name).stem))):
        bundle = json.loads(result.files[name])
        if bundle["type"] == "history":
            parameters = bundle["entry"][0]["resource"]["parameter"]
            numbers.setdefault((Path(name).parts[0], topic_of(bundle)), []).extend(
                int(part["valueString"]) for item in parameters for part in item.get("part", []) if part["name"] == NUMBER)
    return numbers


def with_ids_of(data: Path, other: Path) -> None:
    """Copies the key of `other`'s ids to the folder `data`, so that the results of both runs can be compared
    by id."""
    data.mkdir(exist_ok=True)
    shutil.copy(other / "id.key", data / "id.key")


def sort_in(result: Outcome, recipient: str, bundle: Values) -> None:
    identifier = bundle["identifier"]
    if bundle["type"] == "document":
        place = f"{recipient} {member_id(bundle)}"
        result.received[f"{place} #{sum(key.startswith(place + ' ') for key in result.received) + 1}"] = lasting(bundle)
        return
    notified = result.notified if bundle["type"] == "history" and topic_of(bundle) == TOPIC else result.changed
    kind = result.pulled if identifier["system"] == PULLED_FOR else notified
    place = f"{recipient} {identifier['value']}"
    if place in kind:
        raise AssertionError(f"{place}: received twice")
    kind[place] = lasting(bundle)


def lasting(value: Any) -> Any:
    """The same value without what differs from run to run: times of the machine, and the port, which was any
    free one."""
    if isinstance(value, dict):
        if value.get("name") == NUMBER:
            return {"name": NUMBER}
        return {name: lasting(item) for name, item in value.items() if name not in PASSING}
    if isinstance(value, str):
        return re.sub(r"^https://127\.0\.0\.1:\d+/", "https://gateway/", value)
    return [lasting(item) for item in value] if isinstance(value, list) else value


def without_seconds(summary: Values) -> Values:
    return {name: value for name, value in summary.items() if name != "seconds"}


def store_size(data: Path) -> dict[str, tuple[int, int]]:
    """The number of rows and the highest number of each table that a write would touch."""
    tables = {"resource": "pk", "history": "pk", "ledger": "number", "outbox": "id", "patient": "number"}
    with sqlite3.connect(f"file:{data / 'handoff.db'}?mode=ro", uri=True) as store:
        return {table: store.execute(f"select count(*), coalesce(max({column}), 0) from {table}").fetchone()
                for table, column in tables.items()}
