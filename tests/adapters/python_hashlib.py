"""An adapter for Python's hashlib: with an argument the hash of that header, without one hashjoule-exec/1."""
import hashlib, json, sys

def block_hash(header):
    return hashlib.sha256(hashlib.sha256(header).digest()).digest()[::-1]

def scan(q):
    start, prefix = q["start"], bytes.fromhex(q["header"])
    header = lambda nonce: prefix + nonce.to_bytes(4, "little")
    return [n for n in range(start, start + q["count"]) if block_hash(header(n)) <= bytes.fromhex(q["target"])]

if len(sys.argv) > 1:
    sys.exit(print(block_hash(bytes.fromhex(sys.argv[1])).hex()))
for q in map(json.loads, sys.stdin):
    match q["op"]:
        case "hello": a = {"name": "hashlib", "version": sys.version.split()[0], "ops": ["header_hash", "scan"]}
        case "header_hash": a = {"hash": block_hash(bytes.fromhex(q["header"])).hex()}
        case "scan": a = {"nonces": scan(q)}
    print(json.dumps({"id": q.get("id")} | a), flush=True)
