# SPDX-License-Identifier: Apache-2.0
#
# Every repository that the build reads, all of them from the distribution.

load(":repositories.bzl", "distribution_repository", "generated_repository")

_HEADER = "# Made by generated_repository (//bazel:deps.bzl).\n\n"

_PUBLIC = _HEADER + "package(default_visibility = [\"//visibility:public\"])\n"

# The distribution's rules_cc is too new for Bazel 4.2.3, and the native rules
# do all that is asked of it.
_RULES_CC_DEFS = _HEADER + """
cc_binary = native.cc_binary
cc_import = native.cc_import
cc_library = native.cc_library
cc_proto_library = native.cc_proto_library
cc_test = native.cc_test
cc_toolchain = native.cc_toolchain
cc_toolchain_suite = native.cc_toolchain_suite
fdo_prefetch_hints = native.fdo_prefetch_hints
fdo_profile = native.fdo_profile
objc_import = native.objc_import
objc_library = native.objc_library
"""

def _built_in_repositories():
    """Answers what Bazel itself would download."""
    native.local_repository(
        name = "rules_java",
        path = "/usr/share/bazel/rules/java",
    )
    native.local_repository(
        name = "rules_proto",
        path = "/usr/share/bazel/rules/proto",
    )
    generated_repository(
        name = "rules_cc",
        files = {
            "BUILD.bazel": _PUBLIC,
            "cc/BUILD.bazel": _PUBLIC + """
alias(
    name = "toolchain_type",
    actual = "@bazel_tools//tools/cpp:toolchain_type",
)
""",
            "cc/defs.bzl": _RULES_CC_DEFS,
        },
    )
    generated_repository(
        name = "remote_coverage_tools",
        files = {
            "BUILD.bazel": _PUBLIC + """
filegroup(name = "coverage_report_generator")
""",
        },
    )

def _distribution_libraries():
    """Makes a repository of each library that the distribution installs."""
    distribution_repository(
        name = "absl",
        package = "libabsl-dev",
        headers = ["absl/base/config.h"],
        libraries = {
            "base": ["absl_base", "absl_core_headers", "absl_cleanup", "absl_log_severity", "absl_raw_logging_internal", "absl_throw_delegate"],
            "debugging": ["absl_failure_signal_handler", "absl_stacktrace", "absl_symbolize", "absl_leak_check"],
            "flags": ["absl_flags", "absl_flags_parse", "absl_flags_usage", "absl_flags_reflection"],
            "hash_containers": ["absl_flat_hash_map", "absl_flat_hash_set", "absl_node_hash_map", "absl_node_hash_set", "absl_btree", "absl_fixed_array", "absl_inlined_vector", "absl_hash"],
            "random": ["absl_random_random", "absl_random_bit_gen_ref"],
            "status": ["absl_status", "absl_statusor"],
            "strings": ["absl_strings", "absl_str_format", "absl_cord", "absl_span", "absl_int128"],
            "synchronization": ["absl_synchronization", "absl_any_invocable", "absl_bind_front"],
            "time": ["absl_time"],
            "types": ["absl_any", "absl_optional", "absl_span", "absl_variant"],
        },
    )
    distribution_repository(
        name = "benchmark",
        package = "libbenchmark-dev",
        headers = ["benchmark/benchmark.h"],
        libraries = {
            "benchmark": ["benchmark"],
            "benchmark_main": ["benchmark"],
        },
        linkopts = {"benchmark_main": ["-lbenchmark_main"]},
    )
    distribution_repository(
        name = "curl",
        package = "libcurl4-openssl-dev",
        libraries = {"curl": ["libcurl"]},
    )
    distribution_repository(
        name = "googletest",
        package = "libgtest-dev, libgmock-dev",
        headers = ["gmock/gmock.h", "gtest/gtest.h"],
        libraries = {
            "gtest": ["gmock", "gtest"],
            "gtest_main": ["gmock_main", "gmock", "gtest"],
        },
    )
    distribution_repository(
        name = "grpc",
        package = "libgrpc++-dev",
        headers = ["grpcpp/grpcpp.h"],
        libraries = {
            "grpc++": ["grpc++", "protobuf"],
            "grpc++_reflection": ["grpc++", "protobuf"],
        },
        linkopts = {"grpc++_reflection": ["-Wl,--push-state,--no-as-needed", "-lgrpc++_reflection", "-Wl,--pop-state"]},
    )
    distribution_repository(
        name = "httplib",
        package = "libcpp-httplib-dev",
        headers = ["httplib.h"],
        libraries = {"httplib": ["cpp-httplib", "openssl", "zlib"]},
    )
    distribution_repository(
        name = "json",
        package = "nlohmann-json3-dev",
        headers = ["nlohmann/json.hpp"],
        libraries = {"json": ["nlohmann_json"]},
    )
    distribution_repository(
        name = "libbpf",
        package = "libbpf-dev, libelf-dev",
        headers = ["bpf/libbpf.h"],
        libraries = {"libbpf": ["libbpf", "libelf", "zlib"]},
    )
    distribution_repository(
        name = "openssl",
        package = "libssl-dev",
        headers = ["openssl/ssl.h"],
        libraries = {
            "crypto": ["libcrypto"],
            "ssl": ["libssl", "libcrypto"],
        },
    )
    distribution_repository(
        name = "prometheus",
        package = "prometheus-cpp-dev",
        headers = ["prometheus/registry.h"],
        libraries = {"core": ["prometheus-cpp-core"]},
    )
    distribution_repository(
        name = "protobuf",
        package = "libprotobuf-dev",
        headers = ["google/protobuf/message.h"],
        libraries = {"protobuf": ["protobuf"]},
    )
    distribution_repository(
        name = "re2",
        package = "libre2-dev",
        headers = ["re2/re2.h"],
        libraries = {"re2": ["re2"]},
    )
    distribution_repository(
        name = "rocksdb",
        package = "librocksdb-dev",
        headers = ["rocksdb/db.h"],
        libraries = {"rocksdb": ["rocksdb"]},
    )
    distribution_repository(
        name = "spdlog",
        package = "libspdlog-dev",
        headers = ["spdlog/spdlog.h"],
        libraries = {
            "spdlog": ["spdlog"],
            # For static programs, as neither library is there as an archive.
            "spdlog_header_only": [],
        },
        defines = {"spdlog_header_only": [
            "FMT_HEADER_ONLY",
            "SPDLOG_FMT_EXTERNAL",
        ]},
    )
    distribution_repository(
        name = "yaml_cpp",
        package = "libyaml-cpp-dev",
        headers = ["yaml-cpp/yaml.h"],
        libraries = {"yaml_cpp": ["yaml-cpp"]},
    )
    distribution_repository(
        name = "zlib",
        package = "zlib1g-dev",
        headers = ["zlib.h"],
        libraries = {"zlib": ["zlib"]},
    )
    distribution_repository(
        name = "zstd",
        package = "libzstd-dev",
        headers = ["zstd.h"],
        libraries = {"zstd": ["libzstd"]},
    )

def eyrie_dependencies():
    """Declares every external repository. Called by WORKSPACE alone."""
    _built_in_repositories()
    _distribution_libraries()
