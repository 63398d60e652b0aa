"""The sandbox's command line: its answer to a wrong call, and what it leaves behind without a folder to keep."""
import json
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

from program import RUN_SECONDS_MAX, binary
from records import Values


def call(*arguments: str, temporary: Path | None = None) -> "subprocess.CompletedProcess[str]":
    environment = dict(os.environ) | ({"TMPDIR": str(temporary)} if temporary else {})
    return subprocess.run([str(binary()), "sandbox", *arguments], capture_output=True, text=True, env=environment, timeout=RUN_SECONDS_MAX)


class CallTest(unittest.TestCase):
    def setUp(self) -> None:
        binary()
        place = tempfile.TemporaryDirectory(prefix="handoff-e2e-")
        self.addCleanup(place.cleanup)
        self.folder = Path(place.name)

    def summary(self) -> Values:
        value = json.loads((self.folder / "summary.json").read_text(encoding="utf-8"))
        assert isinstance(value, dict)
        return value

    def test_a_wrong_call_is_exit_code_2_and_one_line(self) -> None:
        for arguments in (["--nonsense"], ["--port", "70000"], ["--port", "x"], ["--as-of", "2023-02-30"],
                          ["--once", "--port", "0", "--records", str(self.folder / "none-such")]):
            with self.subTest(arguments):
                told = call(*arguments)
                self.assertEqual(told.returncode, 2, told.stderr)
                self.assertTrue(told.stderr.strip())

    def test_without_a_kept_folder_nothing_is_left(self) -> None:
        temporary = self.folder / "temporary"
        temporary.mkdir()
        told = call("--once", "--port", "0", "--summary", str(self.folder / "summary.json"), temporary=temporary)
        self.assertEqual(told.returncode, 0, told.stderr)
        self.assertEqual([path.name for path in temporary.iterdir()], [])
        summary = self.summary()
        self.assertGreater(summary["resources"]["Patient"], 30, "the shipped sample")
        self.assertIn("delivered", {item["status"] for item in summary["deliveries"]})

    def test_a_kept_folder_wants_its_key(self) -> None:
        data = self.folder / "data"
        arguments = ["--once", "--empty", "--port", "0", "--data", str(data)]
        self.assertEqual((told := call(*arguments)).returncode, 0, told.stderr)
        key = data / "id.key"
        self.assertEqual(key.stat().st_mode & 0o777, 0o600)
        secret = key.read_text()
        self.assertEqual((told := call(*arguments)).returncode, 0, told.stderr)
        self.assertEqual(key.read_text(), secret)
        key.unlink()
        told = call(*arguments)
        self.assertEqual((told.returncode, len(told.stderr.splitlines())), (2, 1), told.stderr)
        self.assertIn("the ids of", told.stderr)
        self.assertFalse(key.exists())

    def test_empty_holds_nothing(self) -> None:
        told = call("--once", "--empty", "--port", "0", "--data", str(self.folder / "data"), "--summary", str(self.folder / "summary.json"))
        self.assertEqual(told.returncode, 0, told.stderr)
        summary = self.summary()
        self.assertEqual((summary["feeds"], summary["resources"], summary["deliveries"]), ([], {}, []))


if __name__ == "__main__":
    unittest.main()
