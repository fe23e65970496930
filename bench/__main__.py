"""`./run bench`: measure, print a table, and with --write put it into docs/performance.md."""

import argparse
import signal
import sys

from bench import environment


def main() -> int:
    """Run everything once; servers and data are gone at the end, however it ends."""
    parser = argparse.ArgumentParser(prog="./run bench", description=__doc__, allow_abbrev=False)
    parser.add_argument("--projects", type=int, default=10_000, help="how many projects (default: 10,000)")
    parser.add_argument(
        "--seconds",
        type=float,
        default=110,
        help="how long to ask over HTTP, both sides together (default: 110)",
    )
    parser.add_argument("--only", default="", help="only rows whose name holds this")
    parser.add_argument(
        "--write",
        action="store_true",
        help="put the figures into docs/performance.md (10,000 and 100,000 projects have a place there)",
    )
    given = parser.parse_args()
    if given.projects < 200:
        parser.error("With fewer than 200 projects clients would meet on the same ones.")
    # Ends of any kind run the clean-up: a signal becomes an ordinary exit.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit("Stopped."))
    with environment.prepared():
        from bench import measuring, report

        found = measuring.measure(given.projects, given.seconds, _say, given.only)
        print("\n" + "\n".join(report.lines(found)))
        if given.write:
            report.write(found)
    return 0


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
