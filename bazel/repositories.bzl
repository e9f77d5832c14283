# SPDX-License-Identifier: Apache-2.0
#
# Repository rules that make repositories of what the distribution installs.

def _generated_repository_impl(ctx):
    for path, content in ctx.attr.files.items():
        ctx.file(path, content, executable = False)
    ctx.file("WORKSPACE", "workspace(name = %r)\n" % ctx.name, executable = False)

generated_repository = repository_rule(
    implementation = _generated_repository_impl,
    attrs = {
        "files": attr.string_dict(
            doc = "Path inside the repository -> its content.",
            mandatory = True,
        ),
    },
    doc = "A repository whose files are written out in the rule itself.",
    local = True,
)

_LIBRARY = """
cc_library(
    name = {name},
    defines = {defines},
    linkopts = {linkopts},
)
"""

# What pkg-config prints around -latomic (the build links as needed throughout),
# and a macro for Windows.
_IGNORED_FLAGS = [
    "",
    "-DNOMINMAX",
    "-Wl,--push-state,--as-needed",
    "-Wl,--pop-state",
]

def _deduplicated(flags):
    """Keeps the last of each flag: the order static archives need."""
    seen = {}
    kept = []
    for flag in reversed(flags):
        if flag not in seen:
            seen[flag] = True
            kept.append(flag)
    return [flag for flag in reversed(kept)]

def _pkg_config(ctx, modules):
    """Returns (defines, linkopts) of the pkg-config `modules`."""
    if not modules:
        return [], []
    result = ctx.execute(["pkg-config", "--cflags", "--libs"] + modules)
    if result.return_code != 0:
        fail("@%s needs the distribution's package %s. Run tools/setup.sh.\n%s" % (
            ctx.name,
            ctx.attr.package,
            result.stderr,
        ))
    defines = []
    linkopts = []
    for flag in result.stdout.split(" "):
        flag = flag.strip()
        if flag.startswith("-D"):
            defines.append(flag[2:])
        elif flag.startswith("-l") or flag == "-pthread":
            linkopts.append(flag)
        elif flag in _IGNORED_FLAGS or flag.startswith("-I"):
            # The distribution's headers are all below the compiler's own
            # search path, so they are system headers already.
            pass
        else:
            fail("@%s: unexpected flag %r from pkg-config" % (ctx.name, flag))
    return _deduplicated(defines), _deduplicated(linkopts)

def _distribution_repository_impl(ctx):
    for header in ctx.attr.headers:
        if not ctx.path("/usr/include/" + header).exists:
            fail("@%s needs the distribution's package %s (<%s> is missing). Run tools/setup.sh." % (
                ctx.name,
                ctx.attr.package,
                header,
            ))
    build = [
        "# Made by distribution_repository (//bazel:repositories.bzl) from %s." % ctx.attr.package,
        "",
        "package(default_visibility = [\"//visibility:public\"])",
    ]
    for name, modules in ctx.attr.libraries.items():
        defines, linkopts = _pkg_config(ctx, modules)
        linkopts = ctx.attr.linkopts.get(name, []) + linkopts
        build.append(_LIBRARY.format(
            name = repr(name),
            defines = repr(ctx.attr.defines.get(name, []) + defines),
            linkopts = repr(["-Wl,--as-needed"] + linkopts),
        ))
    ctx.file("BUILD.bazel", "\n".join(build), executable = False)
    ctx.file("WORKSPACE", "workspace(name = %r)\n" % ctx.name, executable = False)

distribution_repository = repository_rule(
    implementation = _distribution_repository_impl,
    attrs = {
        "package": attr.string(
            doc = "The distribution's package, for the error message.",
            mandatory = True,
        ),
        "headers": attr.string_list(
            doc = "Headers below /usr/include that must exist.",
        ),
        "libraries": attr.string_list_dict(
            doc = "cc_library name -> the pkg-config modules it stands for.",
            mandatory = True,
        ),
        "linkopts": attr.string_list_dict(
            doc = "cc_library name -> link options that no pkg-config module names; they come first.",
        ),
        "defines": attr.string_list_dict(
            doc = "cc_library name -> macros that no pkg-config module names.",
        ),
    },
    doc = """Libraries of the distribution, one cc_library for each entry of `libraries`.

Macros and link options come from pkg-config when the repository is set up, so
they fit the installed version and architecture.""",
    local = True,
)
