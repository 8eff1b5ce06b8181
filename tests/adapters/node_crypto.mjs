// An adapter for Node's crypto: with an argument the hash of that header, without one hashjoule-exec/1.
import { createHash } from "node:crypto";
import { createInterface } from "node:readline";

const sha256 = (bytes) => createHash("sha256").update(bytes).digest();
const blockHash = (hex) => sha256(sha256(Buffer.from(hex, "hex"))).reverse();
const answers = {
  hello: () => ({ name: "node-crypto", version: process.version, ops: ["header_hash", "meets_target"] }),
  header_hash: (q) => ({ hash: blockHash(q.header).toString("hex") }),
  meets_target: (q) => ({ meets: blockHash(q.header).compare(Buffer.from(q.target, "hex")) <= 0 }),
};
if (process.argv[2]) console.log(blockHash(process.argv[2]).toString("hex"));
else for await (const line of createInterface({ input: process.stdin })) {
  const q = JSON.parse(line);
  console.log(JSON.stringify({ id: q.id, ...answers[q.op](q) }));
}
