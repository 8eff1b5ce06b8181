// The one hash function that a Bitcoin pool needs, by Node's own crypto.
const { createHash } = require('node:crypto');
const sha256 = (bytes) => createHash('sha256').update(bytes).digest();
exports.sha256d = (bytes) => sha256(sha256(bytes));
