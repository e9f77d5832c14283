#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes a table of what test programs said in virtual machines.

Usage: summarize.py LOG...

Prints one line for each kernel and hook back-end, then the tests that failed.
Exits with 1 if one did, or if a kernel did not come to its end.
"""

import collections
import re
import sys

RESULT = re.compile(r"\[\s+(OK|FAILED|SKIPPED)\s+\] ([^\s,]+)(, where .*)? \(\d+ ms\)")
MARK = re.compile(r"kernels: (\w+) ?(.*)")
COLUMNS = ("kernel", "back-end", "passed", "failed", "skipped", "start")


def back_end(test):
    """The back-end in a test's name; tests without one choose for themselves."""
    match = re.search(r"/\w*(Tracepoint|Function)$", test)
    return match.group(1).lower() if match else "auto"


def read_log(path):
    """Returns the marks of a log, results by back-end, and what failed."""
    marks = {}
    counts = collections.defaultdict(collections.Counter)
    failures = []
    with open(path, encoding="utf-8", errors="replace") as log:
        for line in log:
            if mark := MARK.search(line):
                key, value = mark.groups()
                if key == "test":
                    name, _, status = value.strip().split()
                    if int(status) not in (0, 1):
                        failures.append(f"{name}: ended with {status}")
                else:
                    marks[key] = value.strip()
            elif result := RESULT.search(line):
                outcome, test, _ = result.groups()
                counts[back_end(test)][outcome] += 1
                if outcome == "FAILED":
                    failures.append(test)
    if "over" not in marks:
        failures.append(f"the machine did not come to its end, see {path}")
    return marks, counts, failures


def print_table(rows):
    widths = [max(len(row[i]) for row in rows) for i in range(len(COLUMNS))]
    for row in rows:
        print("  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths)).rstrip())


def main():
    rows = [COLUMNS]
    failed = []
    for path in sys.argv[1:]:
        marks, counts, failures = read_log(path)
        kernel = marks.get("release", path)
        for name in sorted(counts) or ["-"]:
            count = counts[name]
            numbers = [str(count[key]) for key in ("OK", "FAILED", "SKIPPED")]
            rows.append((kernel, name, *numbers, marks.get("start", "-")))
        failed += [f"{kernel}: {failure}" for failure in failures]
    print_table(rows)
    for failure in failed:
        print(failure)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
