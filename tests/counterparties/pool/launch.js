// Starts the pool over a regtest node, on loopback only. Arguments: the node's RPC port and key, the payout
// address, the stratum port, the share difficulty. Prints one JSON object a line: ready, share, log.
//
// This launcher is not part of the hashjoule package: the pool is GPL-2 and stays a process of its own.
'use strict';

const net = require('node:net');

// The pool listens on every interface unless it is told otherwise here.
const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function onLoopback(port, ...rest) {
  return listen.call(this, port, '127.0.0.1', ...rest);
};

const [rpcPort, key, address, port, difficulty] = process.argv.slice(2);
const say = (object) => process.stdout.write(`${JSON.stringify(object)}\n`);
// bcoin's regtest: addresses of its own.
const network = {
  bech32: 'rb', bip32: { public: 0xeab4fa05, private: 0xeab404c7 }, coin: 'btc',
  peerMagic: 'fabfb5da', pubKeyHash: 0x3c, scriptHash: 0x26, wif: 0x5a,
};

const options = {
  name: 'Pool', coins: ['Bitcoin'], debug: false,
  banning: { time: 600, invalidPercent: 0.9, checkThreshold: 100000, purgeInterval: 300 },
  ports: [{
    port: Number(port), enabled: true, type: 'shared', tls: false,
    difficulty: {
      type: 'static', initial: Number(difficulty), minimum: Number(difficulty), maximum: Number(difficulty),
      targetTime: 15, retargetTime: 90, variance: 0.3,
    },
  }],
  p2p: { enabled: false },
  settings: { blockRefreshInterval: 100, connectionTimeout: 600, jobRebroadcastTimeout: 60, tcpProxyProtocol: false },
  statistics: {},
  primary: {
    address,
    coin: {
      name: 'Bitcoin', symbol: 'BTC', asicboost: true, getinfo: false, hybrid: false, mweb: false, segwit: true,
      version: 1, staking: false, parameters: {}, rewards: { type: '', addresses: [] },
      algorithms: { mining: 'sha256d', block: 'sha256d', coinbase: 'sha256d' },
      mainnet: network, testnet: network,
    },
    daemons: [{ host: '127.0.0.1', port: Number(rpcPort), username: 'x', password: key }],
    recipients: [],
  },
  auxiliary: { enabled: false },
};

const authorize = (_host, _port, _user, _auxiliary, password, done) => {
  done({ error: null, authorized: password !== 'refuse', disconnect: false });
};
const pool = require('foundation-stratum').create(options, { identifier: 'test' }, authorize, () => {});
pool.on('log', (severity, text) => say({ event: 'log', severity, text }));
pool.on('share', (share, type, accepted) => say({ event: 'share', type, accepted, share }));
pool.on('started', () => say({ event: 'ready' }));
pool.setupPool();
