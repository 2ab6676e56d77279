import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { makeIdentity } from '../../src/relay/identity.js';
import { server } from '../bench/load-program.js';
import { median } from '../bench/statistics.js';
import { makeFrame } from '../support/client/frame.js';
import { makeOpening } from '../support/client/opening.js';
import { freePort } from '../support/free-port.js';
import { wsproxy } from '../support/paths.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const PIPE = new URL('tls-pipe.mjs', import.meta.url).pathname;
const MIB = 1024 * 1024;
const PIECE = Buffer.alloc(65_536, 'x');
const ROUNDS = 5;
/** Of what Node's own piping carries. The goal is 1, on a machine that does nothing else. */
const LEAST = 0.8;

/** What bench-server understands: test/bench/purpose.h. */
const SOURCE = `S${String(PIECE.length).padStart(8, '0')}`;

/** Which of the two connections goes through TLS. */
type Secured = 'client' | 'target';

type Target = (port: number, pem: string) => readonly string[];
const sourceTarget: Target = (port) => [server, `${port}`];
/** Takes whatever comes. */
const sinkTarget: Target = (port) => [
  ...[process.execPath, '-e'],
  `require('net').createServer((peer) => peer.resume()).listen(${port}, '127.0.0.1', () => console.log('listening'))`,
];

/** The same two, but through TLS; by Node. */
const tlsTarget =
  (serve: string): Target =>
  (port, pem) => [
    ...[process.execPath, '-e'],
    `const identity = require('fs').readFileSync('${pem}');
    require('tls').createServer({ cert: identity, key: identity }, (peer) => {
      peer.on('error', () => {});
      ${serve}
    }).listen(${port}, '127.0.0.1', () => console.log('listening'))`,
  ];
const tlsSinkTarget = tlsTarget('peer.resume();');
const tlsSourceTarget = tlsTarget(`
  const piece = Buffer.alloc(${PIECE.length}, 'x');
  const send = () => { while (peer.write(piece)); };
  peer.on('drain', send).once('data', () => { peer.resume(); send(); });`);

async function start(command: readonly string[], ready: 'stdout' | 'stderr'): Promise<void> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child[ready] as Readable, 'data');
}

/** What a way makes of payload. */
interface Way {
  readonly port: number;
  readonly secure: boolean;
  readonly greet: (socket: Socket) => Promise<void>;
  readonly wrap: (payload: Buffer) => Buffer;
}

async function openWay(way: Way): Promise<Socket> {
  const place = { port: way.port, host: '127.0.0.1', noDelay: true };
  const socket = way.secure ? connectTls({ ...place, rejectUnauthorized: false }) : connect(place);
  await once(socket, way.secure ? 'secureConnect' : 'connect');
  await way.greet(socket);
  return socket;
}

/** MB/s from the server until so much has come. */
async function download(way: Way, bytes: number): Promise<number> {
  const socket = await openWay(way);
  const begin = performance.now();
  let come = 0;
  const all = new Promise<void>((resolve) => {
    socket.on('data', (chunk) => {
      come += chunk.length;
      if (come >= bytes) resolve();
    });
  });
  socket.write(way.wrap(Buffer.from(SOURCE)));
  await all;
  const seconds = (performance.now() - begin) / 1000;
  socket.destroy();
  return come / seconds / 1e6;
}

/** MB/s to the server until so much was taken. */
async function upload(way: Way, bytes: number): Promise<number> {
  const socket = await openWay(way);
  socket.resume();
  const piece = way.wrap(PIECE);
  const begin = performance.now();
  for (let sent = 0; sent < bytes; sent += PIECE.length)
    if (!socket.write(piece)) await once(socket, 'drain');
  const seconds = (performance.now() - begin) / 1000;
  socket.destroy();
  return bytes / seconds / 1e6;
}

async function startBoth(commandOf: Target, secured: Secured): Promise<{ own: Way; proxied: Way }> {
  const [target, port, proxyPort] = [await freePort(), await freePort(), await freePort()];
  const pem = `${temporaryFolder()}/identity.pem`;
  const { cert, key } = await makeIdentity();
  writeFileSync(pem, `${cert}\n${key}\n`);
  await start(commandOf(target, pem), 'stdout');
  await start([process.execPath, PIPE, `${port}`, `${target}`, pem, secured], 'stdout');
  const places = [`127.0.0.1:${proxyPort}`, `127.0.0.1:${target}`];
  const options = secured === 'client' ? ['--cert', pem] : ['--ssl-target', '--insecure-target'];
  await start([process.execPath, wsproxy, '-f', ...options, ...places], 'stderr');
  const secure = secured === 'client';
  const { request } = makeOpening(proxyPort, { secure });
  const greet = async (socket: Socket) => {
    socket.write(request);
    await once(socket, 'data');
  };
  return {
    own: { port, secure, greet: async () => {}, wrap: (payload) => payload },
    proxied: { port: proxyPort, secure, greet, wrap: (payload) => makeFrame(payload) },
  };
}

interface Path {
  readonly name: string;
  readonly carry: (way: Way, bytes: number) => Promise<number>;
  readonly target: Target;
  readonly secured: Secured;
}

const paths: Path[] = [
  { name: 'to the client', carry: download, target: sourceTarget, secured: 'client' },
  { name: 'from the client', carry: upload, target: sinkTarget, secured: 'client' },
  { name: 'from the target', carry: download, target: tlsSourceTarget, secured: 'target' },
  { name: 'to the target', carry: upload, target: tlsSinkTarget, secured: 'target' },
];

test.for(paths)(
  'Through TLS bytes go $name as fast as when Node pipes them',
  { timeout: 120_000 },
  async ({ name, carry, target, secured }) => {
    const { own, proxied } = await startBoth(target, secured);
    const rates = { own: [] as number[], proxied: [] as number[], ratio: [] as number[] };
    for (let round = 0; round <= ROUNDS; round++) {
      const [plain, through] = [await carry(own, 64 * MIB), await carry(proxied, 64 * MIB)];
      // The first one is for Node to get warm.
      if (round === 0) continue;
      rates.own.push(plain);
      rates.proxied.push(through);
      rates.ratio.push(through / plain);
    }
    console.log(
      `TLS ${name}, MB/s: Node's own ${median(rates.own)?.toFixed(0)}, wsproxy ${median(rates.proxied)?.toFixed(0)}`,
    );
    expect(median(rates.ratio)).toBeGreaterThan(LEAST);
  },
);
