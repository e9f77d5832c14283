# SPDX-License-Identifier: Apache-2.0
#
# C++ code from protobuf definitions, by the distribution's protoc.

EyrieProtoInfo = provider(
    doc = "The definitions that a definition may import.",
    fields = {"sources": "depset of File: .proto files, transitively."},
)

# The folder of the workspace that import paths and include paths start from.
_ROOT = "proto"

_PROTOC = "/usr/bin/protoc"

_GRPC_PLUGIN = "/usr/bin/grpc_cpp_plugin"

def _proto_sources_impl(ctx):
    sources = depset(
        ctx.files.srcs,
        transitive = [dep[EyrieProtoInfo].sources for dep in ctx.attr.deps],
    )
    outputs = ctx.outputs.outs

    # Where protoc writes to: the folder of the generated tree that _ROOT is.
    out = ctx.bin_dir.path + "/" + _ROOT
    arguments = ctx.actions.args()
    arguments.add("--proto_path=" + _ROOT)
    arguments.add("--proto_path=/usr/include")
    arguments.add("--cpp_out=" + out)
    if ctx.attr.grpc:
        arguments.add("--plugin=protoc-gen-grpc=" + _GRPC_PLUGIN)

        # The mock_code option adds x_mock.grpc.pb.h, for tests.
        arguments.add("--grpc_out=generate_mock_code=true:" + out)
    arguments.add_all(ctx.files.srcs)
    ctx.actions.run(
        inputs = sources,
        outputs = outputs,
        executable = _PROTOC,
        arguments = [arguments],
        mnemonic = "EyrieProto",
        progress_message = "Generating C++ from %s" % ctx.label,
    )

    # Lets "proto/eyrie/v1/x.pb.h" be included as "eyrie/v1/x.pb.h", and as a
    # system header: our warnings are not for generated code.
    compilation_context = cc_common.create_compilation_context(
        headers = depset([f for f in outputs if f.extension == "h"]),
        system_includes = depset([out]),
    )
    return [
        CcInfo(compilation_context = compilation_context),
        DefaultInfo(files = depset(outputs)),
        EyrieProtoInfo(sources = sources),
    ]

_proto_sources = rule(
    implementation = _proto_sources_impl,
    attrs = {
        "srcs": attr.label_list(allow_files = [".proto"], mandatory = True),
        "deps": attr.label_list(providers = [EyrieProtoInfo]),
        "grpc": attr.bool(),
        "outs": attr.output_list(mandatory = True),
    },
    output_to_genfiles = False,
    doc = "Generates C++ from definitions. See eyrie_proto_library.",
)

def _sources_label(label):
    """Names the _proto_sources target behind the eyrie_proto_library `label`."""
    if ":" not in label:
        label = label + ":" + label.split("/")[-1]
    return label + "_sources"

def eyrie_proto_library(name, srcs, deps = [], grpc = False, visibility = None, **kwargs):
    """A cc_library of the C++ code generated from protobuf definitions.

    Definitions live below //proto, import each other by the path below it
    ("eyrie/v1/event.proto"), and are included the same way
    ("eyrie/v1/event.pb.h", "eyrie/v1/x_service.grpc.pb.h").

    Args:
      name: usually the stem of the definition, with `_proto`.
      srcs: .proto files of this package.
      deps: other eyrie_proto_library targets, for the definitions imported.
        The well-known types (google/protobuf/*.proto) need none.
      grpc: whether services are generated as well.
      visibility: as for cc_library.
      **kwargs: as for cc_library.
    """
    package = native.package_name()
    if package != _ROOT and not package.startswith(_ROOT + "/"):
        fail("eyrie_proto_library belongs below //%s" % _ROOT)

    headers = []
    sources = []
    for src in srcs:
        if not src.endswith(".proto"):
            fail("%s is not a .proto file" % src)
        stem = src[:-len(".proto")]
        headers.append(stem + ".pb.h")
        sources.append(stem + ".pb.cc")
        if grpc:
            headers += [stem + ".grpc.pb.h", stem + "_mock.grpc.pb.h"]
            sources.append(stem + ".grpc.pb.cc")

    _proto_sources(
        name = name + "_sources",
        srcs = srcs,
        outs = headers + sources,
        grpc = grpc,
        visibility = visibility,
        deps = [_sources_label(dep) for dep in deps],
    )
    native.cc_library(
        name = name,
        srcs = sources,
        hdrs = headers,
        # Not our code: no warnings. -O1 halves the time and costs no speed
        # that counts, since the hot path handles records, not messages.
        copts = ["-w", "-O1"],
        linkstatic = True,
        visibility = visibility,
        deps = deps + [
            name + "_sources",
            "@grpc//:grpc++" if grpc else "@protobuf//:protobuf",
        ],
        **kwargs
    )
