#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Sums up one run of `bazel test` from its build event file.

Usage: test_summary.py [--bazel-status=N] EVENTS

Prints the tests that failed, that skipped themselves (lines `EYRIE_SKIP: why`
in their logs) or that lacked reference material (`EYRIE_NO_SHARED: what`), then
as its last line `N passed, N failed`, with `, N skipped` if any. Exits with 1
if a test failed, if Bazel did, or if a test skipped itself although the
machine has what BPF tests need.
"""

import argparse
import dataclasses
import json
import os
import sys
import urllib.parse
import urllib.request
import xml.etree.ElementTree

SKIP_MARK = "EYRIE_SKIP:"
NO_SHARED_MARK = "EYRIE_NO_SHARED:"

# The bit of root's capability that a container usually lacks.
CAP_SYS_ADMIN = 21


@dataclasses.dataclass
class Counts:
    """Test cases by how they ended."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def add(self, other):
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped


@dataclasses.dataclass
class TestRun:
    """The last attempt at one test target (or one of its shards)."""

    label: str
    passed: bool
    log: str
    xml: str


def read_runs(events_path):
    """Reads the test runs of a build event file, sorted by label.

    Also returns the labels of test targets that did not build.
    """
    runs = {}
    tests = set()
    built = set()
    with open(events_path, encoding="utf-8") as events:
        for line in events:
            try:
                event = json.loads(line)
            except json.JSONDecodeError:
                continue  # A last line that was cut off when Bazel was killed.
            if "testResult" in event:
                key = event["id"]["testResult"]
                result = event["testResult"]
                outputs = {
                    output["name"]: urllib.request.url2pathname(
                        urllib.parse.urlparse(output.get("uri", "")).path
                    )
                    for output in result.get("testActionOutput", [])
                }
                # A later attempt or run of the same shard replaces the former.
                runs[key["label"], key.get("shard", 0)] = TestRun(
                    label=key["label"],
                    passed=result.get("status") in ("PASSED", "FLAKY"),
                    log=outputs.get("test.log", ""),
                    xml=outputs.get("test.xml", ""),
                )
            elif "configured" in event:
                if event["configured"].get("targetKind", "").endswith("_test rule"):
                    tests.add(event["id"]["targetConfigured"]["label"])
            elif "completed" in event:
                if event["completed"].get("success"):
                    built.add(event["id"]["targetCompleted"]["label"])
    ran = {label for label, _ in runs}
    return [runs[key] for key in sorted(runs)], sorted(tests - ran - built)


def count_cases(run):
    """Counts the test cases of one run; a run without a report is one case."""
    counts = Counts()
    try:
        root = xml.etree.ElementTree.parse(run.xml).getroot()
    except (OSError, xml.etree.ElementTree.ParseError):
        root = None
    for case in root.iter("testcase") if root is not None else ():
        if case.find("failure") is not None or case.find("error") is not None:
            counts.failed += 1
        elif case.find("skipped") is not None:
            counts.skipped += 1
        elif case.get("status") == "notrun":
            pass  # A DISABLED_ test.
        else:
            counts.passed += 1
    if run.passed and counts == Counts():
        counts.passed = 1
    if not run.passed and counts.failed == 0:
        counts.failed = 1  # It crashed, timed out or left no report.
    return counts


def marked_lines(run, mark):
    """Returns the lines of the run's log that start with `mark`, once each."""
    try:
        with open(run.log, encoding="utf-8", errors="replace") as log:
            lines = [line.strip() for line in log]
    except OSError:
        return []
    return list(dict.fromkeys(line for line in lines if line.startswith(mark)))


def machine_runs_bpf():
    """Whether this machine has what BPF tests need: root's powers, and BTF."""
    if os.geteuid() != 0 or not os.path.exists("/sys/kernel/btf/vmlinux"):
        return False
    with open("/proc/self/status", encoding="utf-8") as status:
        for line in status:
            if line.startswith("CapEff:"):
                return bool(int(line.split()[1], 16) >> CAP_SYS_ADMIN & 1)
    return True


def print_section(title, lines):
    if lines:
        print(f"\n{title}")
        for line in lines:
            print(f"  {line}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bazel-status", type=int, default=0)
    parser.add_argument("events")
    arguments = parser.parse_args()

    runs, not_built = read_runs(arguments.events)
    counts = Counts()
    for run in runs:
        counts.add(count_cases(run))
    counts.failed += len(not_built)

    failures = [f"{run.label}: {run.log}" for run in runs if not run.passed]
    failures += [f"{label}: did not build" for label in not_built]
    skips = [
        f"{run.label}: {line}" for run in runs for line in marked_lines(run, SKIP_MARK)
    ]
    no_shared = [
        f"{run.label}: {line}"
        for run in runs
        for line in marked_lines(run, NO_SHARED_MARK)
    ]
    print_section("Failed:", failures)
    print_section("Not run for lack of reference material (../shared):", no_shared)
    print_section("Skipped themselves:", skips)

    status = 0
    if failures or counts.failed:
        status = 1
    if skips and machine_runs_bpf():
        print("\nerror: tests skipped themselves, but this machine is root and has BTF")
        status = 1
    # 3 is "tests failed", told above; 4 is "no tests found".
    if arguments.bazel_status not in (0, 3, 4):
        print(f"\nerror: bazel failed with exit code {arguments.bazel_status}")
        status = 1
    if arguments.bazel_status == 3:
        status = 1

    summary = f"{counts.passed} passed, {counts.failed} failed"
    if counts.skipped:
        summary += f", {counts.skipped} skipped"
    print(f"\n{summary}")
    return status


if __name__ == "__main__":
    sys.exit(main())
