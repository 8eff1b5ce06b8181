#!/usr/bin/env python3
"""Makes every vector file, schema and the manifest below vectors/. Python 3.11, standard library only.

    python3 vectors/make/make.py            write them
    python3 vectors/make/check.py           prove that what is committed is what this makes
"""

import hashlib
from pathlib import Path

import blocks
import headers
import scans
import schemas
import sha256
import targets

VECTORS = Path(__file__).resolve().parent.parent


def made():
    """Path below vectors/ -> text, for all that is made."""
    sha256.check()
    makers = {}
    for module in (headers, targets, blocks, scans):
        makers |= module.DOCUMENTS
    if set(makers) != set(schemas.GROUPS) - {"sha256", "sha256_monte"}:
        raise SystemExit("groups with a maker and groups with a schema differ")
    files = {f"{group}.v1.json": maker() for group, maker in makers.items()}
    files |= {f"schema/{group}.v1.schema.json": schemas.schema(group) for group in schemas.GROUPS}
    return files


def manifest(files):
    """sha256sum's format, so that `sha256sum -c MANIFEST.sha256` needs no program of ours."""
    texts = {path: text.encode() for path, text in files.items()}
    texts |= {f"nist/{path.name}": path.read_bytes() for path in (VECTORS / "nist").glob("*.rsp")}
    return "".join(f"{hashlib.sha256(texts[path]).hexdigest()}  {path}\n" for path in sorted(texts))


def everything():
    files = made()
    return files | {"MANIFEST.sha256": manifest(files)}


def main():
    for path, text in everything().items():
        (VECTORS / path).parent.mkdir(exist_ok=True)
        (VECTORS / path).write_text(text, encoding="utf-8", newline="\n")
        print(f"{len(text):8} bytes  {path}")


if __name__ == "__main__":
    main()
