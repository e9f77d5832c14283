# SPDX-License-Identifier: Apache-2.0
#
# BPF programs: compiled, linked, and made a C++ header that embeds them.

_CLANG = "/usr/bin/clang-14"

_BPFTOOL = "/usr/sbin/bpftool"

_COPTS = [
    "-std=gnu11",
    "-g",
    "-O2",
    "-target",
    "bpf",
    "-mcpu=v3",
    "-Wall",
    "-Wextra",
    "-Werror",
    "-Wno-unused-parameter",
    "-Wno-missing-field-initializers",
    "-fdebug-compilation-dir=.",
    "-fno-stack-protector",
    # Slots are written as numbers and as references.
    "-fno-strict-aliasing",
]

def _bpf_objects_impl(ctx):
    compilation = [dep[CcInfo].compilation_context for dep in ctx.attr.deps]
    headers = depset(ctx.files.hdrs, transitive = [c.headers for c in compilation])
    objects = []
    for source in ctx.files.srcs:
        if not source.basename.endswith(".bpf.c"):
            fail("%s: BPF sources are named *.bpf.c" % source.short_path)
        object = ctx.actions.declare_file("_bpf/%s/%s" % (
            ctx.label.name,
            source.basename[:-len(".c")] + ".o",
        ))
        arguments = ctx.actions.args()
        arguments.add_all(_COPTS)
        arguments.add_all(ctx.attr.copts)

        # Quoted includes only: <bpf/bpf_helpers.h> must not be found below the
        # workspace's own bpf/.
        arguments.add_all([".", ctx.bin_dir.path], before_each = "-iquote")
        arguments.add("-c", source)
        arguments.add("-o", object)
        ctx.actions.run(
            inputs = depset([source], transitive = [headers]),
            outputs = [object],
            executable = _CLANG,
            arguments = [arguments],
            mnemonic = "EyrieBpf",
            progress_message = "Compiling BPF %s" % source.short_path,
        )
        objects.append(object)

    linked = ctx.outputs.object
    arguments = ctx.actions.args()
    arguments.add_all(["gen", "object", linked])
    arguments.add_all(objects)
    ctx.actions.run(
        inputs = objects,
        outputs = [linked],
        executable = _BPFTOOL,
        arguments = [arguments],
        mnemonic = "EyrieBpf",
        progress_message = "Linking BPF %s" % ctx.label,
    )

    # The pragma makes a system header of it: our warnings are not for
    # generated code.
    ctx.actions.run_shell(
        inputs = [linked],
        outputs = [ctx.outputs.skeleton],
        command = """
set -eu
{ echo '#pragma GCC system_header'; %s gen skeleton "$1" name "$2"; } >"$3"
""" % _BPFTOOL,
        arguments = [linked.path, ctx.attr.skeleton_name, ctx.outputs.skeleton.path],
        mnemonic = "EyrieBpf",
        progress_message = "Generating BPF skeleton %s" % ctx.label,
    )
    return [DefaultInfo(files = depset([linked, ctx.outputs.skeleton]))]

_bpf_objects = rule(
    implementation = _bpf_objects_impl,
    attrs = {
        "srcs": attr.label_list(allow_files = [".c"], mandatory = True),
        "hdrs": attr.label_list(allow_files = [".h", ".def", ".bpf.c"]),
        "copts": attr.string_list(),
        "deps": attr.label_list(providers = [CcInfo]),
        "object": attr.output(mandatory = True),
        "skeleton": attr.output(mandatory = True),
        "skeleton_name": attr.string(mandatory = True),
    },
    output_to_genfiles = False,
    doc = "Compiles and links BPF sources. See bpf_program.",
)

def bpf_program(name, srcs, hdrs = [], deps = [], copts = [], visibility = None, testonly = None):
    """BPF sources as one object, embedded in a C++ header.

    Makes a cc_library `name` with the header "package/name.skel.h" (struct
    `name`, functions `name__open` and so on; libbpf comes with it), and a
    filegroup `name_object` with the linked object `name.bpf.o`.

    Args:
      name: the name of the skeleton, a C identifier.
      srcs: *.bpf.c files. Each is compiled for itself; they share maps and
        functions by linking.
      hdrs: headers of this package that they include by their path from the
        workspace root.
      deps: cc_library targets whose headers they include likewise, such as
        //proto:record.
      copts: added to ours.
      visibility: as for cc_library.
      testonly: as for cc_library.
    """
    _bpf_objects(
        name = name + "_bpf",
        srcs = srcs,
        hdrs = hdrs,
        # No default: an architecture is supported once it is listed here.
        copts = select({
            "@platforms//cpu:x86_64": [
                "-D__TARGET_ARCH_x86",
                "-idirafter",
                "/usr/include/x86_64-linux-gnu",
            ],
            "@platforms//cpu:aarch64": [
                "-D__TARGET_ARCH_arm64",
                "-idirafter",
                "/usr/include/aarch64-linux-gnu",
            ],
        }, no_match_error = "BPF programs are built for x86_64 and aarch64 only.") + copts,
        object = name + ".bpf.o",
        skeleton = name + ".skel.h",
        skeleton_name = name,
        testonly = testonly,
        visibility = ["//visibility:private"],
        deps = deps,
    )
    native.filegroup(
        name = name + "_object",
        srcs = [name + ".bpf.o"],
        testonly = testonly,
        visibility = visibility,
    )
    native.cc_library(
        name = name,
        hdrs = [name + ".skel.h"],
        linkstatic = True,
        testonly = testonly,
        visibility = visibility,
        deps = ["@libbpf//:libbpf"],
    )
