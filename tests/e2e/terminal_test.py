"""Long work shows its progress on a terminal, and nothing in a pipe. A wrong call gives one line, wherever it
went wrong."""
import os
import pty
import shutil
import socket
import subprocess
import tempfile
import unittest
from pathlib import Path

from program import ROOT, binary, once
from served import call

WAIT_SECONDS_MAX = 60


def on_terminal(*arguments: str) -> str:
    """What `handoff ARGUMENTS` writes to stderr if that is a terminal."""
    outside, inside = pty.openpty()
    try:
        done = subprocess.run([str(binary()), *arguments], stdout=subprocess.DEVNULL, stderr=inside, timeout=WAIT_SECONDS_MAX)
        os.write(inside, b"\n")
        assert done.returncode == 0, done
        return os.read(outside, 1 << 16).decode(errors="replace")
    finally:
        os.close(inside)
        os.close(outside)


class ProgressTest(unittest.TestCase):
    def test_long_work_shows_how_far_it_is_on_a_terminal_only(self) -> None:
        place = tempfile.TemporaryDirectory(prefix="handoff-e2e-")
        self.addCleanup(place.cleanup)
        folder = Path(place.name)
        (folder / "records").mkdir()
        shutil.copy(ROOT / "gateway/sample/organizations.csv", folder / "records")
        with once(folder / "records", folder / "data", folder / "summary.json") as program:
            self.assertEqual(program.wait(), 0, program.output())
        for number, (arguments, shown) in enumerate([(("db", "backup", "--to"), "copying pages ["), (("db", "verify"), "verifying resources")]):
            with self.subTest(arguments):
                def complete(name: str) -> list[str]:
                    place_of_copy = [str(folder / f"{name}{number}.db")] if arguments[-1] == "--to" else []
                    return [*arguments, *place_of_copy, "--data", str(folder / "data")]

                self.assertIn(shown, on_terminal(*complete("terminal")))
                told = call(*complete("pipe"))
                self.assertEqual((told.returncode, told.stderr), (0, ""))


class WrongCallTest(unittest.TestCase):
    def test_it_is_one_line_that_names_command_and_word(self) -> None:
        for arguments, said in [
            (["nonsense"], 'handoff: there is no command or argument "nonsense"'),
            (["sanbdox"], 'handoff: there is no command or argument "sanbdox"; did you mean sandbox?'),
            (["help", "nonsense"], 'handoff: there is no command or argument "nonsense"'),
            (["sandbox", "--prot", "9000"], 'handoff sandbox: there is no option "--prot"; did you mean --port?'),
            (["sandbox", "--prot=9000"], 'handoff sandbox: there is no option "--prot=9000"; did you mean --port?'),
            (["serve", "--confg", "x"], 'handoff serve: there is no option "--confg"; did you mean --config?'),
            (["client", "lst"], 'handoff client: there is no command or argument "lst"; did you mean list?'),
            (["review", "list", "--dta", "x"], 'handoff review list: there is no option "--dta"; did you mean --data?'),
            (["serve", "--nonsense"], 'handoff serve: there is no option "--nonsense"'),
            (["client", "add"], "handoff client add: CLIENT_ID is required"),
            (["load", "x", "--to", "https://x/fhir", "--parallel", "65"], "handoff load: --parallel: Value 65 not in range 1 to 64"),
            (["db", "backup"], "handoff db backup: --to is required"),
            (["db", "restore", "--from", __file__, "--data", "/nonexistent"], "handoff db restore: --data: there is no folder /nonexistent"),
            (["sandbox", "--port", "70000"], "handoff sandbox: --port: Value 70000 not in range 0 to 65535"),
            (["--log-level", "loud", "check", "--config", "x"], "handoff check: --log-level: no such level: loud"),
        ]:
            with self.subTest(arguments):
                told = call(*arguments)
                self.assertEqual((told.returncode, told.stdout), (2, ""))
                self.assertTrue(told.stderr.startswith(said), told.stderr)
                self.assertEqual(told.stderr.count("\n"), 1, told.stderr)

    def test_a_command_that_wants_another_word_gives_help(self) -> None:
        for arguments, said in [([], "handoff sandbox"), (["client"], "rotate"), (["db"], "backup"), (["map"], "preview"), (["review"], "split"),
                                (["ledger"], "verify"), (["delivery"], "show")]:
            with self.subTest(arguments):
                told = call(*arguments)
                self.assertEqual((told.returncode, told.stdout), (2, ""))
                self.assertIn(said, told.stderr)
                self.assertIn("Exit codes: 0 done", told.stderr)
        for arguments in (["help"], ["help", "sandbox"], ["help", "db", "backup"]):
            with self.subTest(arguments):
                told = call(*arguments)
                self.assertEqual((told.returncode, told.stdout), (0, call(*arguments[1:], "--help").stdout))
        self.assertIn("`handoff sandbox` is a whole exchange", call("help").stdout)

    def test_a_taken_port_says_what_to_choose(self) -> None:
        with socket.socket() as taken, tempfile.TemporaryDirectory(prefix="handoff-e2e-") as folder:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            told = call("sandbox", "--empty", "--once", "--port", str(port), "--data", folder)
            self.assertEqual((told.returncode, told.stderr),
                             (1, f"handoff sandbox: port {port} is taken: choose another with --port, or 0 for any\n"))

    def test_every_command_has_help_with_exit_codes(self) -> None:
        for command in ["", "serve", "check", "load", "token", "sandbox", "client add", "client list", "client disable", "client enable",
                        "client remove", "client rotate", "review list", "review same", "review correct", "review split", "ledger list", "ledger show", "ledger verify",
                        "delivery list", "delivery show", "db backup", "db restore", "db verify", "db migrate", "map run", "map preview",
                        "map test"]:
            with self.subTest(command):
                told = call(*command.split(), "--help")
                self.assertEqual(told.returncode, 0)
                self.assertIn("Exit codes: 0 done", told.stdout)


if __name__ == "__main__":
    unittest.main()
