"""The files for running it: the example passes `check`, systemd takes the unit, and the image has what the
program links."""
import os
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from program import ROOT, binary
from served import call, make_certificate

DEPLOY = ROOT / "gateway/deploy"
IN_EVERY_DEBIAN = {"libc6", "libgcc-s1", "libstdc++6"}


class DeployTest(unittest.TestCase):
    def setUp(self) -> None:
        binary()
        self.folder = Path(tempfile.mkdtemp(prefix="handoff-e2e-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def test_the_example_passes_check(self) -> None:
        keys, data, etc = (self.folder / name for name in ("keys", "data", "etc"))
        for each in (keys, data, etc):
            each.mkdir()
        make_certificate(etc)
        (etc / "server.key").rename(keys / "server.key")
        for name in ("ledger.key", "id.key"):
            (keys / name).write_text("0" * 64)
            (keys / name).chmod(0o600)
        (etc / "endpoints.json").write_text("{}\n")
        added = call("client", "add", "operator", "--clients", str(etc / "clients.json"), "--role", "operator", "--scope", "system/*.cruds",
                     "--key-out", str(self.folder / "operator.jwk.json"))
        self.assertEqual(added.returncode, 0, added.stderr)
        example = (DEPLOY / "handoff.json").read_text(encoding="utf-8")
        self.assertIn('"/var/lib/handoff"', example)
        (etc / "handoff.json").write_text(example.replace("/var/lib/handoff", str(data)), encoding="utf-8")
        without = call("check", "--running", "--config", str(etc / "handoff.json"))
        self.assertIn("names ${CREDENTIALS_DIRECTORY}, but that environment variable is not set",
                      without.stderr)
        os.environ["CREDENTIALS_DIRECTORY"] = str(keys)
        self.addCleanup(os.environ.pop, "CREDENTIALS_DIRECTORY")
        checked = call("check", "--running", "--config", str(etc / "handoff.json"))
        self.assertEqual((checked.returncode, checked.stdout, checked.stderr), (0, "ok\n", ""))

    def test_systemd_takes_the_unit(self) -> None:
        if not shutil.which("systemd-analyze"):
            self.skipTest("no systemd-analyze")
        unit = self.folder / "handoff.service"
        text = (DEPLOY / "handoff.service").read_text(encoding="utf-8")
        unit.write_text(text.replace("/usr/bin/handoff", str(binary())), encoding="utf-8")
        done = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True)
        self.assertEqual((done.returncode, [line for line in done.stderr.splitlines() if "handoff.service" in line]), (0, []))

    def test_the_image_has_what_the_program_links(self) -> None:
        if not shutil.which("dpkg") or not shutil.which("readelf"):
            self.skipTest("no dpkg or readelf")
        needed = re.findall(r"NEEDED.*\[(.+)\]", subprocess.run(["readelf", "-d", str(binary())], capture_output=True, text=True).stdout)
        self.assertTrue(needed)
        runtime = (DEPLOY / "Containerfile").read_text(encoding="utf-8").rpartition("FROM ")[2]
        installed = set(re.findall(r"[a-z][a-z0-9.+-]+", runtime)) | IN_EVERY_DEBIAN
        for library in needed:
            found = subprocess.run(["dpkg", "-S", library], capture_output=True, text=True).stdout
            owners = {line.split(":")[0] for line in found.splitlines() if "-dev:" not in line}
            self.assertTrue(library.startswith("ld-linux") or owners & installed, f"{library} is of {owners}, which is not installed")


if __name__ == "__main__":
    unittest.main()
