"""Every way in which an adapter goes wrong, by name; with a second argument, a file that gets the process ids."""
import hashlib, json, os, subprocess, sys, time

mode = sys.argv[1]
hello = {"name": mode, "ops": ["header_hash"]}
marked = "header_hash/made-up-all-zero"  # the case that does it, in the modes that fail at one case
if len(sys.argv) > 2:
    child = subprocess.Popen(["sleep", "600"])  # keeps stdout and stderr open
    with open(sys.argv[2], "a") as file:
        file.write(f"{os.getpid()}\n{child.pid}\n")


def say(text):
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def answer(q):
    digest = hashlib.sha256(hashlib.sha256(bytes.fromhex(q["header"])).digest()).digest()
    return json.dumps({"id": q["id"], "hash": digest[::-1].hex()})


if mode == "silent":
    time.sleep(600)
if mode == "no-hello":
    sys.exit("I do not know this protocol")
if mode == "prose-hello":
    say("Welcome to mytool 1.0!")
if mode == "unknown-op":
    hello["ops"].append("header_hush")
held = []
for q in map(json.loads, sys.stdin):
    if q["op"] == "hello":
        say(json.dumps(hello))
    elif mode in ("out-of-order", "never-ends"):
        held.append(q)
        if len(held) == 8:
            for q in reversed(held):
                say(answer(q))
    elif mode == "hangs" and q["id"] == marked:
        time.sleep(600)
    elif mode == "dies" and q["id"] == marked:
        sys.exit("Segmentation fault (core dumped)")
    elif mode == "garbage" and q["id"] == marked:
        say("DEBUG header is all zero")
    elif mode == "always-garbage":
        say("DEBUG asked " + q["id"])
        say(answer(q))
    elif mode == "binary" and q["id"] == marked:
        sys.stdout.buffer.write(b"\xff\xfe\n")
        sys.stdout.buffer.flush()
    elif mode == "twice":
        say(answer(q))
        if q["id"] == marked:
            say(answer(q))
    elif mode == "long-line" and q["id"] == marked:
        while True:
            sys.stdout.write("x" * 65536)
    elif mode == "flood" and q["id"] == marked:
        while True:
            say(answer({"id": marked, "header": "00"}))
    elif mode == "stranger":
        say(answer(q))
        if q["id"] == marked:
            say('{"id": "header_hash/who", "hash": "00"}')
    elif mode == "says-no":
        say(json.dumps({"id": q["id"], "error": "not\x1b[31m today"}))
    elif mode == "skips-all":
        say(json.dumps({"id": q["id"], "skip": "no time"}))
    elif mode == "reversed":
        hash = json.loads(answer(q))["hash"]
        say(json.dumps({"id": q["id"], "hash": bytes.fromhex(hash)[::-1].hex()}))
    elif mode == "noisy-stderr":
        sys.stderr.write("x" * 1_000_000 + "\n")
        say(answer(q))
    else:
        say(answer(q))
if mode == "never-ends":
    time.sleep(600)
if mode == "bad-exit":
    sys.exit("cleanup failed")
