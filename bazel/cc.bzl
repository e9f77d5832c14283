# SPDX-License-Identifier: Apache-2.0
#
# The C++ rules of this workspace: the native ones with our warnings as errors.

# For our own code only: the distribution's headers are system headers, and
# generated code is compiled by bazel/proto.bzl without them.
_WARNINGS = [
    "-Wall",
    "-Wextra",
    "-Werror",
    "-Wnon-virtual-dtor",
    "-Woverloaded-virtual",
    "-Wpointer-arith",
    "-Wvla",
    # Designated initializers name what matters and leave the rest.
    "-Wno-missing-field-initializers",
    # Overrides and callbacks keep the names of parameters they ignore.
    "-Wno-unused-parameter",
    # gcc 12 sees overlaps in std::string concatenation that do not exist
    # (gcc bug 105651).
    "-Wno-restrict",
    # These depend on the optimizer and have false positives in gcc 12. They
    # are shown, and do not stop the build.
    "-Wno-error=array-bounds",
    "-Wno-error=maybe-uninitialized",
    "-Wno-error=stringop-overflow",
    "-Wno-error=stringop-overread",
]

_CLANG_WARNINGS = [
    "-Wno-unknown-warning-option",
]

def _copts(copts):
    return _WARNINGS + select({
        "//bazel:clang": _CLANG_WARNINGS,
        "//conditions:default": [],
    }) + copts

def eyrie_cc_library(name, copts = [], **kwargs):
    """A cc_library of our own code.

    Args:
      name: the file stem of its header.
      copts: added to ours.
      **kwargs: as for cc_library.
    """
    native.cc_library(
        name = name,
        copts = _copts(copts),
        linkstatic = True,
        **kwargs
    )

def eyrie_cc_binary(name, copts = [], static_libraries = False, linkopts = [], deps = [], **kwargs):
    """A cc_binary of our own code.

    Args:
      name: the name of the program.
      copts: added to ours.
      static_libraries: link the distribution's libraries statically, so that
        the program needs nothing but the kernel, libc and libm. Fails to link
        if a dependency has no static library (bazel/README.md lists them).
      linkopts: added to ours.
      deps: as for cc_binary.
      **kwargs: as for cc_binary.
    """
    if static_libraries:
        linkopts = ["-static-libgcc", "-Wl,-Bstatic,--start-group"] + linkopts
        deps = deps + ["//bazel:end_static_libraries"]
    native.cc_binary(
        name = name,
        copts = _copts(copts),
        linkopts = linkopts,
        linkstatic = True,
        deps = deps,
        **kwargs
    )

def eyrie_cc_test(name, copts = [], deps = [], main = True, **kwargs):
    """A GoogleTest test of our own code.

    Args:
      name: the file stem of its source.
      copts: added to ours.
      deps: as for cc_test; GoogleTest and GoogleMock are added.
      main: whether GoogleTest's main is wanted. False: the test has its own.
      **kwargs: as for cc_test.
    """
    native.cc_test(
        name = name,
        # Test sources are compiled once and run once: a sixth of the time less.
        copts = _copts(["-O1"] + copts),
        linkstatic = True,
        deps = deps + [
            "@googletest//:gtest_main" if main else "@googletest//:gtest",
        ] + _sanitizer_deps(),
        **kwargs
    )

def _sanitizer_deps():
    return select({
        "//bazel:tsan": ["//bazel:tsan_runtime"],
        "//conditions:default": [],
    })

def bpf_test(name, tags = [], **kwargs):
    """An eyrie_cc_test that loads programs into the running kernel.

    It runs alone, outside any sandbox, and as the user who runs Bazel. A test
    that finds it cannot run (not root, no BTF) prints a line
    `EYRIE_SKIP: reason` and skips itself; tools/test.sh fails if one does so
    where it could have run. Its result is never cached: Bazel does not see
    which kernel it ran on (tag `external`).

    Args:
      name: the file stem of its source: *_bpf_test.
      tags: added to ours.
      **kwargs: as for eyrie_cc_test.
    """
    eyrie_cc_test(
        name = name,
        tags = tags + ["exclusive", "external", "local", "requires_bpf"],
        **kwargs
    )

def bpf_tests_together(name, deps):
    """The bpf_tests of this package, those above it in the file, as one program.

    It loads the sensor once for all, so it is for where that takes long
    (tests/kernels). Not part of `//...`.

    Args:
      name: the name of the program: *_bpf_test.
      deps: what all of them depend on.
    """
    srcs = []
    for rule in native.existing_rules().values():
        if rule["kind"] == "cc_test" and "requires_bpf" in rule["tags"]:
            srcs += list(rule["srcs"])
    bpf_test(
        name = name,
        srcs = sorted(srcs),
        tags = ["manual"],
        deps = deps,
    )

def eyrie_cc_benchmark(name, copts = [], deps = [], args = [], **kwargs):
    """A Google Benchmark program that is also a test.

    As a test each benchmark runs briefly, so that it never rots. For numbers:
    `bazel run //package:name`.

    Args:
      name: the file stem of its source: *_benchmark.
      copts: added to ours.
      deps: as for cc_test; Google Benchmark and its main are added.
      args: added to ours.
      **kwargs: as for cc_test.
    """
    kwargs["tags"] = kwargs.get("tags", []) + ["benchmark"]
    native.cc_test(
        name = name,
        # Only a test needs a bound; GoogleTest's variable tells the two apart.
        args = args,
        copts = _copts(copts),
        linkstatic = True,
        deps = deps + [
            "@benchmark//:benchmark",
            "//bazel:benchmark_main",
        ],
        **kwargs
    )

def eyrie_cc_fuzz_test(name, copts = [], deps = [], corpus = None, data = [], **kwargs):
    """A fuzz target: a source that defines LLVMFuzzerTestOneInput.

    In an ordinary build it is a test which replays the corpus, then mutations
    of it for a bounded time from a fixed seed (bazel/fuzz_replay_main.cc).
    With --config=fuzz it is a libFuzzer program with AddressSanitizer; as a
    test it fuzzes for 30 seconds, and `bazel run --config=fuzz //package:name
    -- -max_total_time=600 DIR` fuzzes into DIR.

    Args:
      name: the file stem of its source: *_fuzzer.
      copts: added to ours.
      deps: as for cc_test.
      corpus: a folder of this package, one input a file.
      data: added to the corpus.
      **kwargs: as for cc_test.
    """
    corpus_files = []
    corpus_args = []
    if corpus:
        corpus_files = native.glob([corpus + "/**"])
        if not corpus_files:
            fail("%s: the corpus folder %s is empty" % (name, corpus))
        corpus_args = [native.package_name() + "/" + corpus if native.package_name() else corpus]
    kwargs["tags"] = kwargs.get("tags", []) + ["fuzz"]
    native.cc_test(
        name = name,
        args = select({
            "//bazel:fuzz": [
                "-create_missing_dirs=1",
                "-max_total_time=30",
                "new_corpus",
            ] + corpus_args,
            "//conditions:default": corpus_args,
        }),
        copts = _copts(copts),
        data = data + corpus_files,
        linkopts = select({
            "//bazel:fuzz": ["-fsanitize=fuzzer"],
            "//conditions:default": [],
        }),
        linkstatic = True,
        deps = deps + select({
            "//bazel:fuzz": [],
            "//conditions:default": ["//bazel:fuzz_replay_main"],
        }),
        **kwargs
    )
