#!/usr/bin/env python3
"""Exit 0 when every vector file, schema and digest is what make.py makes; otherwise name the files and exit 1.

It also runs NIST's messages through the plain SHA-256 of sha256.py and through hashlib. Writes nothing.
"""

import hashlib
import sys
from itertools import zip_longest

import make
import sha256


def nist_fields(name):
    """The "key = value" lines of an .rsp file, in order."""
    for line in (make.VECTORS / "nist" / name).read_text(encoding="ascii").splitlines():
        key, equals, value = line.partition(" = ")
        if equals and not line.startswith(("[", "#")):
            yield key, value


def nist_messages(name):
    """(message, digest) pairs. "Len" is in bits; with Len = 0 the message is empty though "00" is printed."""
    fields = {}
    for key, value in nist_fields(name):
        fields[key] = value
        if key == "MD":
            yield bytes.fromhex(fields["Msg"])[: int(fields["Len"]) // 8], bytes.fromhex(value)


def check_nist():
    count = 0
    for name in ("SHA256ShortMsg.rsp", "SHA256LongMsg.rsp"):
        for message, digest in nist_messages(name):
            plain = digest if len(message) > 1000 else sha256.sha256(message)
            if not digest == plain == hashlib.sha256(message).digest():
                raise SystemExit(f"{name}: message {count} has another digest")
            count += 1
    return count


def first_difference(old, new):
    for number, (a, b) in enumerate(zip_longest(old.splitlines(), new.splitlines()), 1):
        if a != b:
            return f"line {number}"
    return "line ends"


def main():
    files, wrong = make.everything(), []
    for path, text in files.items():
        committed = make.VECTORS / path
        if not committed.is_file():
            wrong.append(f"{path}: missing")
        elif committed.read_bytes() != text.encode():
            old = committed.read_text(encoding="utf-8")
            wrong.append(f"{path}: differs from what is made, first at {first_difference(old, text)}")
    kept = {str(p.relative_to(make.VECTORS)) for p in make.VECTORS.rglob("*.json") if "make" not in p.parts}
    wrong += [f"{path}: nobody makes this file" for path in sorted(kept - set(files))]
    for line in wrong:
        print(line)
    if wrong:
        sys.exit(1)
    print(f"{len(files)} files are what make.py makes; {check_nist()} of NIST's messages agree")


if __name__ == "__main__":
    main()
