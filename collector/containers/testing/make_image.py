#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes an image of a static busybox as a tar file, without a registry.

Usage: make_image.py OUT.tar NAME:TAG COMMAND...

The file is an OCI layout and a docker-archive at once, so that `ctr images
import`, `podman load` and `docker load` all take it. The same command makes the
same bytes.
"""

import hashlib
import io
import json
import sys
import tarfile

BUSYBOX = "/bin/busybox"
APPLETS = ["cat", "debugfs", "echo", "env", "false", "id", "ls", "sh", "sleep", "true"]
FOLDERS = ["bin", "dev", "etc", "mnt", "proc", "sys", "tmp"]
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar"


def make_layer():
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT) as tar:
        for name in FOLDERS:
            entry = tarfile.TarInfo(name)
            entry.type = tarfile.DIRTYPE
            entry.mode = 0o755
            tar.addfile(entry)
        with open(BUSYBOX, "rb") as file:
            content = file.read()
        entry = tarfile.TarInfo("bin/busybox")
        entry.size = len(content)
        entry.mode = 0o755
        tar.addfile(entry, io.BytesIO(content))
        for name in APPLETS:
            entry = tarfile.TarInfo("bin/" + name)
            entry.type = tarfile.SYMTYPE
            entry.linkname = "busybox"
            tar.addfile(entry)
    return out.getvalue()


class Blobs:
    """Contents by their digest."""

    def __init__(self):
        self.contents = {}

    def add(self, content, media_type):
        if not isinstance(content, bytes):
            content = json.dumps(content, sort_keys=True).encode()
        digest = hashlib.sha256(content).hexdigest()
        self.contents["blobs/sha256/" + digest] = content
        return {
            "mediaType": media_type,
            "digest": "sha256:" + digest,
            "size": len(content),
        }


def main():
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    path, name, command = sys.argv[1], sys.argv[2], sys.argv[3:]
    blobs = Blobs()
    layer = blobs.add(make_layer(), LAYER)
    config = blobs.add(
        {
            "architecture": "amd64",
            "os": "linux",
            "config": {"Cmd": command, "Env": ["PATH=/bin"]},
            "rootfs": {"type": "layers", "diff_ids": [layer["digest"]]},
        },
        CONFIG,
    )
    manifest = blobs.add(
        {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": config,
            "layers": [layer],
        },
        MANIFEST,
    )
    manifest["annotations"] = {
        "io.containerd.image.name": name,
        "org.opencontainers.image.ref.name": name.rsplit(":", 1)[1],
    }

    def blob_path(descriptor):
        return "blobs/sha256/" + descriptor["digest"].split(":")[1]

    files = {
        "oci-layout": b'{"imageLayoutVersion": "1.0.0"}',
        "index.json": json.dumps(
            {"schemaVersion": 2, "manifests": [manifest]}
        ).encode(),
        "manifest.json": json.dumps(
            [
                {
                    "Config": blob_path(config),
                    "RepoTags": [name],
                    "Layers": [blob_path(layer)],
                }
            ]
        ).encode(),
        **blobs.contents,
    }
    with tarfile.open(path, "w") as tar:
        for file, content in files.items():
            entry = tarfile.TarInfo(file)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))


if __name__ == "__main__":
    main()
