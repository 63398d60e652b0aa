"""What a run left behind: its summary, the documents that were received, the size of its store."""
import json
import re
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from document import member_id
from records import Values

# What names one run only, and not what was said.
PASSING = {"lastUpdated", "versionId"}


@dataclass
class Outcome:
    summary: Values
    received: dict[str, Values]  # by recipient, member id and number among those equal in both
    files: dict[str, bytes]      # below received/


def outcome(data: Path, summary: Path) -> Outcome:
    folder = data / "received"
    files = {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
    received: dict[str, Values] = {}
    for name, content in files.items():
        document = json.loads(content)
        if document["type"] != "document":
            continue  # a notification, or what was pulled for it: of another event
        place = f"{Path(name).parts[0]} {member_id(document)}"
        received[f"{place} #{sum(key.startswith(place + ' ') for key in received) + 1}"] = lasting(document)
    return Outcome(json.loads(summary.read_text(encoding="utf-8")), received, files)


def lasting(value: Any) -> Any:
    """The same without what differs from run to run: times of the machine, and the port, which was any free one."""
    if isinstance(value, dict):
        return {name: lasting(item) for name, item in value.items() if name not in PASSING}
    if isinstance(value, str):
        return re.sub(r"^https://127\.0\.0\.1:\d+/", "https://gateway/", value)
    return [lasting(item) for item in value] if isinstance(value, list) else value


def without_seconds(summary: Values) -> Values:
    return {name: value for name, value in summary.items() if name != "seconds"}


def store_size(data: Path) -> dict[str, tuple[int, int]]:
    """Rows and highest number of each table that a write would touch."""
    tables = {"resource": "pk", "history": "pk", "ledger": "number", "outbox": "id", "patient": "number"}
    with sqlite3.connect(f"file:{data / 'handoff.db'}?mode=ro", uri=True) as store:
        return {table: store.execute(f"select count(*), coalesce(max({column}), 0) from {table}").fetchone()
                for table, column in tables.items()}
