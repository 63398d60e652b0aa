"""Compares the tables of what is served in gateway/README.md with the CapabilityStatement, and with the
answers of a running gateway."""
import json
import re
import tempfile
import unittest
from collections import defaultdict
from pathlib import Path
from typing import Any

from client import Client
from program import ROOT, Program, eventually

READY_SECONDS_MAX = 60
EACH_TYPE = "each type"
CONDITIONAL_CREATE = "`true` where a search by `identifier` is served"


def rows_below(markdown: str, heading: str) -> list[list[str]]:
    """The rows of the first table below a heading, without the table's head."""
    section = re.split(r"^#+ ", markdown.split(f"# {heading}\n", 1)[1], maxsplit=1, flags=re.M)[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines[2:]]


def plain(cell: str) -> str:
    return cell.strip("`")


def codes(entries: list[dict[str, Any]], name: str = "code") -> set[str]:
    return {entry[name] for entry in entries}


def parameter_of(example: str) -> tuple[str, str]:
    """Type and parameter of a search: "CarePlan?subject:Patient=p1" gives (CarePlan, subject)."""
    resource_type, query = example.split("?", 1)
    return resource_type, re.split("[:=]", query, maxsplit=1)[0]


class CapabilityTest(unittest.TestCase):
    client: Client
    token: str
    rest: dict[str, Any]
    types: dict[str, dict[str, Any]]
    readme: str

    @classmethod
    def setUpClass(cls) -> None:
        place = tempfile.TemporaryDirectory(prefix="handoff-e2e-")
        cls.addClassCleanup(place.cleanup)
        data = Path(place.name) / "data"
        sandbox = Program(Path(place.name) / "log", ["sandbox", "--empty", "--port", "0", "--data", str(data)])
        cls.enterClassContext(sandbox)
        ready = eventually(lambda: "Ctrl-C ends everything" in sandbox.output() or not sandbox.is_running(), READY_SECONDS_MAX)
        assert ready and sandbox.is_running(), sandbox.output()
        cls.client = Client(data)
        cls.token = cls.client.token("operator")
        cls.rest = cls.client.ask("GET", "/metadata").json()["rest"][0]
        cls.types = {resource["type"]: resource for resource in cls.rest["resource"]}
        cls.readme = (ROOT / "gateway/README.md").read_text(encoding="utf-8")

    def status_of(self, search: str) -> int:
        return self.client.ask("GET", f"/{search}", self.token).status

    def test_interactions(self) -> None:
        told: dict[str, set[str]] = defaultdict(set)
        for interaction, place in rows_below(self.readme, "Interactions"):
            told[place].add(plain(interaction))
        self.assertEqual(told["the base"], codes(self.rest["interaction"]))
        self.assertEqual(set(told), {"the base", EACH_TYPE})
        for name, resource in self.types.items():
            self.assertEqual(told[EACH_TYPE], codes(resource["interaction"]), name)

    def test_as_many_types_as_it_says(self) -> None:
        told = re.search(r"^(\d+) resource types are served alike", self.readme, re.M)
        self.assertEqual(told and int(told[1]), len(self.types))

    def test_behaviour(self) -> None:
        rows = rows_below(self.readme, "Behaviour")
        self.assertGreater(len(rows), 4)
        for member, value in rows:
            for name, resource in self.types.items():
                by_identifier = "identifier" in codes(resource["searchParam"], "name")
                wanted = json.dumps(by_identifier) if value == CONDITIONAL_CREATE else plain(value)
                is_ = resource[plain(member)]
                self.assertEqual(is_ if isinstance(is_, str) else json.dumps(is_), wanted, f"{name}.{member}")

    def test_operations(self) -> None:
        told: dict[str, set[str]] = defaultdict(set)
        for operation, places in rows_below(self.readme, "Operations"):
            for name in self.types if places == EACH_TYPE else places.split(", "):
                told[name].add(plain(operation))
        self.assertEqual(told, {name: codes(resource["operation"], "name") for name, resource in self.types.items()})

    def test_search_parameters(self) -> None:
        examples = {plain(kind): plain(example) for kind, example in rows_below(self.readme, "Search parameters")}
        self.assertEqual(set(examples), {parameter["type"] for resource in self.types.values() for parameter in resource["searchParam"]})
        for kind, example in examples.items():
            with self.subTest(example):
                resource_type, name = parameter_of(example)
                parameters = {parameter["name"]: parameter["type"] for parameter in self.types[resource_type]["searchParam"]}
                self.assertEqual(parameters.get(name), kind)
                self.assertEqual(self.status_of(example), 200)

    def test_searches(self) -> None:
        rows = rows_below(self.readme, "Searches that are answered, and that are refused")
        self.assertGreater(len(rows), 10)
        for search, status in rows:
            with self.subTest(search):
                self.assertEqual(self.status_of(plain(search)), int(status))


class TableTest(unittest.TestCase):
    def test_rows_of_a_table(self) -> None:
        text = "# A\n\n### B\n\ntext\n\n| x | y |\n|---|---|\n| `a\\|b` | 1 |\n| c | 2 |\n\n### C\n\n| z |\n|---|\n| d |\n"
        self.assertEqual(rows_below(text, "B"), [["`a|b`", "1"], ["c", "2"]])
        self.assertEqual(rows_below(text, "C"), [["d"]])


if __name__ == "__main__":
    unittest.main()
