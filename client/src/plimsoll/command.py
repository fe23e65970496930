"""The command: what it is asked, in which words it fails, and with which code it ends."""

import argparse
import json
import re
import sys
from collections.abc import Sequence

from plimsoll import verbs, words
from plimsoll.errors import PlimsollError
from plimsoll.transport import VERSION

# A value below zero is no option.
NUMBER = re.compile(r"-[0-9.]+(e-?[0-9]+)?")
ABOUT = "Plimsoll from a pipeline: gates, moves, metrics, evidence, updates."
MORE = """
environment:
  PLIMSOLL_URL      address of Plimsoll, such as https://plimsoll.example.org
  PLIMSOLL_KEY      an API key (Settings, API and webhooks); it is never printed
  PLIMSOLL_PROJECT  the project, where none is named
  HTTPS_PROXY, NO_PROXY, SSL_CERT_FILE are obeyed. In GitHub Actions and GitLab CI the run is
  named by itself: the same run moves a project once, however often its job is repeated.

exit codes:
  0  done
  1  failed: no answer, or the server cannot; trying later may help
  2  wrong use: a setting, an option, or a field that cannot be kept
  3  refused by a gate or by the project's state; every obstacle is printed with what removes it
  4  not allowed, or not found

examples:
  plimsoll gate FRD-12 --to pilot
  plimsoll advance FRD-12 --to pilot --dry-run
  plimsoll metric FRD-12 recall 0.81 --low 0.79 --high 0.83 --env online
  plimsoll metric FRD-12 --file metrics.csv
  plimsoll evidence FRD-12 report.pdf --kind validation_report --title "Validation, nightly" --gate G5
  plimsoll update FRD-12 --health on_track "The nightly evaluation is through."
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Do what is asked; the exit code."""
    asked = _read(argv)
    try:
        return int(asked.do(asked))
    except PlimsollError as error:
        if asked.json:
            print(json.dumps(error.problem or {"detail": error.message}, indent=2))
        else:
            print(words.of_error(error), file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        return 130


def _read(argv: Sequence[str] | None) -> argparse.Namespace:
    """Words may stand before and after options: argparse hands over those that come later."""
    known = parser()
    asked, later = known.parse_known_args(argv)
    if wrong := [
        word for word in later if word.startswith("-") and word != "-" and not NUMBER.fullmatch(word)
    ]:
        known.error(f"there is no option {wrong[0]}")
    asked.words += later
    return asked


def parser() -> argparse.ArgumentParser:
    """All commands with their options."""
    raw = argparse.RawDescriptionHelpFormatter
    top = argparse.ArgumentParser("plimsoll", description=ABOUT, epilog=MORE, formatter_class=raw)
    top.add_argument("--version", action="version", version=f"plimsoll {VERSION}")
    subs = top.add_subparsers(metavar="COMMAND", required=True)
    for name, verb in verbs.VERBS.items():
        told = verb.do.__doc__ or ""
        sub = subs.add_parser(name, help=verb.help, description=told, usage=f"plimsoll {name} {verb.usage}")
        sub.add_argument("words", nargs="*", metavar="WORD", help=argparse.SUPPRESS)
        verb.options(sub)
        sub.add_argument("--json", action="store_true", help="print the server's answer as JSON")
        sub.set_defaults(do=verb.do)
    return top
