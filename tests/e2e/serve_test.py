"""The gateway by `handoff serve`: why it refuses to start, how it reloads, how it stops, and what is left of
its data."""
import http.client
import io
import json
import signal
import socket
import ssl
import tarfile
import unittest
from typing import Any

from program import ROOT, eventually
from served import ServedTest, call, make_certificate

PATIENT = {"resourceType": "Patient", "id": "p1", "name": [{"family": "Serve", "given": ["Test"]}], "birthDate": "1980-02-03"}


def urls_of(bundles: str) -> list[str]:
    """The URLs that each Bundle of a run writes by id."""
    entries = [entry["request"] for line in bundles.splitlines() for entry in json.loads(line)["entry"]]
    return [request["url"] for request in entries if request["method"] == "PUT"]


class ServeTest(ServedTest):
    def put(self, identity: str = "p1") -> None:
        answer = self.served.ask("PUT", f"/Patient/{identity}", self.served.token(), PATIENT | {"id": identity})
        self.assertEqual(answer.status, 201, answer.body[:500])

    def end(self) -> None:
        self.served.program.send(signal.SIGTERM)
        self.assertEqual(self.served.program.wait(15), 0, self.served.program.output())

    def test_it_serves_and_stops_and_serves_again(self) -> None:
        self.assertEqual((check := call("check", "--config", self.served.config)).stdout, "ok\n", check.stderr)
        keys = [self.served.folder / name for name in ("ledger.key", "id.key")]
        self.assertFalse(any(key.exists() for key in keys), "check makes nothing")
        self.served.start()
        self.assertEqual([key.stat().st_mode & 0o777 for key in keys], [0o600, 0o600])
        self.assertEqual(self.served.ask("GET", "/metadata").status, 200)
        self.assertEqual(self.served.ask("GET", "/Patient/p1").status, 401)
        self.put()
        self.end()
        self.served.start()
        self.assertEqual(self.served.ask("GET", "/Patient/p1", self.served.token()).json()["birthDate"], "1980-02-03")
        running = call("check", "--config", self.served.config)
        self.assertEqual(running.returncode, 2)
        self.assertIn("is in use by another process", running.stderr)
        self.assertEqual(call("check", "--running", "--config", self.served.config).stdout, "ok\n")

    def test_a_reload_takes_clients_and_certificates(self) -> None:
        self.served.start()
        token = self.served.token()
        self.assertEqual(self.served.ask("GET", "/Patient/none", token).status, 404)
        clients = str(self.served.folder / "clients.json")
        self.assertEqual(call("client", "disable", "operator", "--clients", clients).returncode, 0)
        make_certificate(self.served.folder, "second")
        self.served.configure(certificate_file="second.pem", private_key_file="second.key", workers=3)
        self.served.program.send(signal.SIGHUP)
        self.assertTrue(self.served.logs("reloaded: 0 clients"), self.served.program.output())
        self.assertTrue(self.served.logs("workers has changed: this needs a restart"))
        self.assertEqual(self.served.ask("GET", "/Patient/none", token, authority="second").status, 401)
        self.assertEqual(call("client", "enable", "operator", "--clients", clients).returncode, 0)
        self.served.program.send(signal.SIGHUP)
        self.assertTrue(self.served.logs("reloaded: 1 clients"))

    def test_a_reload_takes_what_facilities_tell(self) -> None:
        table = self.served.folder / "names.csv"
        table.write_text("match,system,value,family\ntext,,opioid treatment program,SUD\n", encoding="utf-8")
        self.served.configure(telling_names="names.csv")
        self.served.start()
        token = self.served.token()

        def labels() -> set[str]:
            note = {"resourceType": "Condition", "subject": {"reference": "Patient/p1"}, "code": {"text": "Seen at Harbor Light"}}
            answer = self.served.ask("POST", "/Condition", token, note)
            self.assertEqual(answer.status, 201, answer.body)
            return {coding["code"] for coding in answer.json()["meta"]["security"]}

        self.assertNotIn("SUD", labels())
        table.write_text("match,system,value,family\ntext,,harbor light,SUD\n", encoding="utf-8")
        self.served.program.send(signal.SIGHUP)
        self.assertTrue(self.served.logs("reloaded: "), self.served.program.output())
        self.assertIn("SUD", labels())
        table.write_text("match,system,value,family\ntext,,harbor light,NONE\n", encoding="utf-8")
        self.served.program.send(signal.SIGHUP)
        self.assertTrue(self.served.logs("names.csv:2: "), self.served.program.output())
        self.assertIn("SUD", labels())

    def test_a_bad_reload_keeps_the_old(self) -> None:
        self.served.start()
        token = self.served.token()
        (self.served.folder / "clients.json").write_text('{"clients": [{"client_id": "x"}]}', encoding="utf-8")
        self.served.configure(drain_grace_s=5, colour="blue")
        self.served.program.send(signal.SIGHUP)
        self.assertTrue(self.served.logs("colour: is not a setting"), self.served.program.output())
        self.served.configure()
        self.served.program.send(signal.SIGHUP)
        self.assertTrue(self.served.logs("clients_file: clients: client \"x\""), self.served.program.output())
        self.assertEqual(self.served.ask("GET", "/Patient/none", token).status, 404)
        self.end()

    def test_wrong_configurations_are_named_by_their_key(self) -> None:
        other = self.served.folder / "other"
        other.mkdir()
        make_certificate(other)
        (other / "world.key").write_bytes((other / "server.key").read_bytes())
        (other / "world.key").chmod(0o644)
        (other / "short.key").write_text("short")
        (other / "short.key").chmod(0o600)
        (other / "clients.json").write_text('{"clients": [{"client_id": "x", "role": "king"}]}')
        (other / "endpoints.json").write_text('{"ORG-X": {"base": "http://plain"}}')
        wrong = {"colour": "blue", "listen_port": 65536, "listen_address": "localhost", "workers": 0, "drain_grace_s": "long",
                 "base_url": "http://x", "certificate_file": "none.pem", "private_key_file": "other/world.key", "data_folder": "none",
                 "ledger_key_file": "other/short.key", "id_key_file": "other/short.key", "clients_file": "other/clients.json", "endpoints_file": "other/endpoints.json",
                 "partner_ca_file": "server.key", "partner_addresses": ["example.org"], "routes_folder": "none", "mappings_folder": "none",
                 "placeholders": "none.csv", "nicknames": "other/clients.json",
                 "profiles": {"*": {"Patient": ["http://x.example.org/p"]}}, "log_level": "loud", "io_threads": 1.5, "connections_max": -1, "queue_requests_max": 0, "operations_port": 70000}
        for name, value in wrong.items():
            with self.subTest(name):
                self.served.configure(**{name: value})
                for command in ("check", "serve"):
                    done = call(command, "--config", self.served.config)
                    self.assertEqual(done.returncode, 2, done.stderr)
                    self.assertIn(f"{name}: ", done.stderr)
                    self.assertEqual(done.stdout, "")
        self.served.configure(certificate_file=None, clients_file=None, listen_port=-1)
        done = call("check", "--config", self.served.config)
        self.assertEqual(done.returncode, 2)
        self.assertEqual(len(done.stderr.splitlines()), 3, "everything wrong is told at once: " + done.stderr)

    def test_a_write_conforms_to_the_profiles_of_its_client(self) -> None:
        folder = self.served.folder / "packages"
        folder.mkdir()
        url = "https://example.org/StructureDefinition/program-patient"
        profile = {"resourceType": "StructureDefinition", "url": url, "name": "ProgramPatient", "kind": "resource", "type": "Patient",
                   "derivation": "constraint", "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Patient",
                   "differential": {"element": [{"id": "Patient.birthDate", "path": "Patient.birthDate", "min": 1}]}}
        with tarfile.open(folder / "example.program-1.0.0.tgz", "w:gz") as package:
            for name, content in {"package.json": {"name": "example.program", "version": "1.0.0"}, "profile.json": profile}.items():
                text = json.dumps(content).encode()
                entry = tarfile.TarInfo(f"package/{name}")
                entry.size = len(text)
                package.addfile(entry, io.BytesIO(text))
        self.served.configure(packages_folder="packages", profiles={"operator": {"Patient": [url + "s"]}})
        refused = call("check", "--config", self.served.config)
        self.assertEqual(refused.returncode, 2)
        self.assertIn(f"profiles: operator.Patient: the profile {url}s is not known; "
                      "loaded packages: example.program 1.0.0", refused.stderr)
        self.served.configure(packages_folder="packages", profiles={"operator": {"Patient": [url]}})
        self.served.start()
        token = self.served.token()
        bare = {name: value for name, value in PATIENT.items() if name != "birthDate"}
        answer = self.served.ask("PUT", "/Patient/p1", token, bare)
        self.assertEqual((answer.status, answer.json()["issue"][0]["code"]), (422, "required"), answer.body[:500])
        told = self.served.ask("POST", "/Patient/$validate?mode=create", token, bare).json()["issue"]
        self.assertIn("error", [issue["severity"] for issue in told])
        self.put()
        self.end()

    def test_a_key_is_never_made_for_a_ledger_that_stands(self) -> None:
        self.served.start()
        self.put()
        self.end()
        key = self.served.folder / "ledger.key"
        key.rename(key.with_suffix(".away"))
        for expected in ("was sealed with this key", "was sealed with another key"):
            done = call("check", "--config", self.served.config)
            self.assertEqual(done.returncode, 2)
            self.assertIn(expected, done.stderr)
            key.write_text("0" * 64)
            key.chmod(0o600)

    def test_a_store_starts_with_the_key_of_its_ids_and_no_other(self) -> None:
        config = ["--config", self.served.config]
        backup = str(self.served.folder / "backup.db")
        self.served.start()
        self.put()
        self.assertEqual((done := call("db", "backup", "--to", backup, *config)).returncode, 0, done.stderr)
        self.end()
        key = self.served.folder / "id.key"
        secret = key.read_text().strip()
        for file in (self.served.folder / "data" / "handoff.db", self.served.folder / "backup.db"):
            self.assertNotIn(secret.encode(), file.read_bytes(), "the key is in no store and in no backup")
            self.assertNotIn(bytes.fromhex(secret), file.read_bytes())
        away = key.rename(key.with_suffix(".away"))
        for expected in ("were made with this key", "were made with another key"):
            for command in ("check", "serve"):
                done = call(command, *config)
                self.assertEqual((done.returncode, len(done.stderr.splitlines())), (2, 1), done.stderr)
                self.assertIn("id_key_file: ", done.stderr)
                self.assertIn(expected, done.stderr)
            key.write_text("0" * 64)
            key.chmod(0o600)
        for command in (["verify"], ["restore", "--force", "--from", backup]):
            done = call("db", *command, *config)
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertIn("were made with another key", done.stderr)
        key.unlink()
        restored = call("db", "restore", "--force", "--from", backup, *config)
        self.assertIn(f"before you start the gateway, put the key of its ids at {key}", restored.stdout,
                      restored.stderr)
        self.assertFalse(key.exists(), "nothing makes another")
        away.rename(key)
        self.served.start()
        self.assertEqual(self.served.ask("GET", "/Patient/p1", self.served.token()).status, 200)

    def test_records_have_the_same_ids_whether_mapped_by_hand_or_not(self) -> None:
        self.served.start()
        self.end()
        referrals = ["corrections/referrals", str(ROOT / "gateway" / "sample" / "corrections" / "referrals.csv")]
        with_key = call("map", "run", "--config", self.served.config, *referrals)
        again = call("map", "run", "--id-key", str(self.served.folder / "id.key"), *referrals)
        without = call("map", "run", *referrals)
        self.assertEqual(urls_of(with_key.stdout), urls_of(again.stdout))
        self.assertEqual(urls_of(without.stdout), urls_of(call("map", "run", *referrals).stdout))
        self.assertFalse(set(urls_of(without.stdout)) & set(urls_of(with_key.stdout)), "another installation's are others")
        self.assertIn("the ids belong to no installation", without.stderr)
        self.assertNotIn("the ids belong to no installation", with_key.stderr)
        two = call("map", "run", "--id-key", "x", "--data", "y", *referrals)
        self.assertEqual((two.returncode, two.stdout), (2, ""), two.stderr)
        short = self.served.folder / "short.key"
        short.write_text("short")
        short.chmod(0o600)
        self.assertIn("at least 32 are needed", call("map", "run", "--id-key", str(short), *referrals).stderr)

    def test_the_store_is_verified_backed_up_and_restored(self) -> None:
        config = ["--config", self.served.config]
        backup = str(self.served.folder / "backup.db")
        self.served.start()
        self.put()
        verified = call("db", "verify", "--json", *config)
        self.assertEqual(verified.returncode, 0, verified.stderr)
        report = json.loads(verified.stdout)
        self.assertTrue(report["sound"])
        self.assertEqual(report["resources"], 1)
        self.assertGreater(report["ledger_entries"], 0)
        self.assertEqual((done := call("db", "backup", "--to", backup, *config)).returncode, 0, done.stderr)
        self.put("p2")
        refused = call("db", "restore", "--force", "--from", backup, *config)
        self.assertEqual(refused.returncode, 1)
        self.assertIn("is in use by another process", refused.stderr)
        self.end()
        restored = call("db", "restore", "--force", "--from", backup, *config)
        self.assertEqual(restored.returncode, 0, restored.stderr)
        self.served.start()
        token = self.served.token()
        self.assertEqual([self.served.ask("GET", f"/Patient/{name}", token).status for name in ("p1", "p2")], [200, 404])
        self.end()
        self.assertEqual((done := call("db", "verify", *config)).returncode, 0, done.stderr)
        self.assertEqual((done := call("db", "migrate", *config)).returncode, 0, done.stderr)

    def load(self, *arguments: str, expected: int = 0) -> dict[str, Any]:
        folder = self.served.folder
        done = call("load", "--to", self.served.base, "--cacert", str(folder / "server.pem"), "--json", *arguments)
        self.assertEqual(done.returncode, expected, done.stderr)
        return json.loads(done.stdout or "{}") | {"errors": done.stderr.splitlines()}

    def test_bundles_and_lines_are_loaded(self) -> None:
        self.served.start()
        folder = self.served.folder / "records"
        folder.mkdir()
        client = ("--client", "operator", "--token-url", self.served.base.replace("/fhir", "/auth/token"),
                  "--key", str(self.served.folder / "operator.jwk.json"))
        people = [json.dumps(PATIENT | {"id": f"n{i}"}) for i in range(300)]
        (folder / "people.ndjson").write_text("\n".join(people) + "\n\n")
        entries = [{"resource": {"resourceType": "Organization", "id": f"o{i}", "name": "O"},
                    "request": {"method": "PUT", "url": f"Organization/o{i}"}} for i in range(20)]
        (folder / "bundle.json").write_text(json.dumps({"resourceType": "Bundle", "type": "transaction", "entry": entries}))
        (folder / "new.json").write_text('{"resourceType": "Organization", "name": "New"}')
        (folder / "notes.txt").write_text("no record")
        report = self.load(*client, str(folder))
        self.assertEqual((report["read"], report["loaded"], report["refused"], report["errors"]), (302, 302, 0, []))
        token = self.served.token()
        for path in ("/Patient/n0", "/Patient/n299", "/Organization/o19"):
            self.assertEqual(self.served.ask("GET", path, token).status, 200)
        bad = folder / "bad.ndjson"
        bad.write_text("\n".join([people[0], "{", json.dumps(PATIENT | {"naem": 1}), "{}"]))
        report = self.load(*client, str(bad), expected=3)
        self.assertEqual((report["read"], report["loaded"], report["refused"]), (4, 1, 3))
        for line, reason in ((2, "Expected"), (3, "422 Patient.naem"), (4, "is not a FHIR resource")):
            self.assertTrue(any(f"bad.ndjson:{line}: " in said for said in report["errors"]), (line, reason, report["errors"]))
        self.assertEqual(call("db", "verify", "--config", self.served.config).returncode, 0)
        (self.served.folder / "token").write_text("nonsense\n")
        (self.served.folder / "token").chmod(0o600)
        report = self.load("--token", str(self.served.folder / "token"), str(folder), expected=1)
        self.assertEqual(report["loaded"], 0)
        self.load("--token", str(self.served.folder / "token"), str(folder / "none"), expected=2)
        self.load(str(folder), expected=2)

    def test_what_was_deleted_and_came_again_is_sound(self) -> None:
        self.served.start()
        token = self.served.token()
        self.put()
        provenance = {"resourceType": "Provenance", "id": "v1", "target": [{"reference": "Patient/p1"}], "recorded": "2024-01-01T00:00:00Z",
                      "agent": [{"who": {"display": "test"}}]}
        plan = {"resourceType": "CarePlan", "id": "c1", "status": "active", "intent": "plan", "subject": {"reference": "Patient/p1"}}
        of_plan = provenance | {"id": "v2", "target": [{"reference": "CarePlan/c1"}]}
        for resource in (provenance, plan, of_plan):
            path = f"/{resource['resourceType']}/{resource['id']}"
            self.assertEqual(self.served.ask("PUT", path, token, resource).status, 201)
        read = self.served.ask("GET", "/Patient/p1", token).json()
        self.assertEqual(self.served.ask("PUT", "/Patient/p1", token, read | {"gender": "other"}).status, 200)
        self.assertIn(self.served.ask("DELETE", "/CarePlan/c1", token).status, (200, 204))
        self.assertEqual(self.served.ask("PUT", "/Patient/p1", token, read | {"gender": "female"}).status, 200)
        verified = call("db", "verify", "--config", self.served.config)
        self.assertEqual(verified.returncode, 0, verified.stderr)

    def test_the_operations_listener_says_how_it_is(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.served.configure(operations_port=port)
        self.served.start()
        trust = ssl.create_default_context(cafile=str(self.served.folder / "server.pem"))
        for path, status in (("/livez", 200), ("/readyz", 200), ("/metadata", 404)):
            connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=10, context=trust)
            connection.request("GET", path)
            self.assertEqual(connection.getresponse().status, status, path)
            connection.close()

    def test_clients_reach_it_by_the_name_that_it_was_given(self) -> None:
        self.served.configure(base_url="https://gateway.example.org")
        self.served.start()
        self.assertEqual(self.served.base, "https://gateway.example.org/fhir")
        self.assertTrue(self.served.logs("serve: ready on 127.0.0.1 port "))

    def test_a_silent_connection_does_not_hold_it_up(self) -> None:
        self.served.start()
        host, port = self.served.base.removeprefix("https://").removesuffix("/fhir").split(":")
        with socket.create_connection((host, int(port))):
            self.served.program.send(signal.SIGINT)
            self.assertTrue(eventually(lambda: not self.served.program.is_running(), 10))
        self.assertEqual(self.served.program.wait(), 0)


if __name__ == "__main__":
    unittest.main()
