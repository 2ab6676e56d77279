import { setTimeout } from 'node:timers/promises';
import { Random } from '../random.js';
import type { Client } from './client.js';
import { isHixie } from './dialect.js';
import { makeFrame, OPCODE } from './frame.js';

const MATERIAL_BYTES = 64 << 20;
let material: Buffer | undefined;

/** The same random bytes for all, made once. */
function randomMaterial(bytes: number): Buffer {
  material ??= new Random(2010).bytes(MATERIAL_BYTES);
  if (bytes > MATERIAL_BYTES) throw new RangeError('more than there is');
  return material.subarray(0, bytes);
}

export interface EchoOptions {
  bytes: number;
  seed: number;
  /** The longest payload in one message. */
  longest?: number;
  /** How often the client stops reading until nothing moves any more, so that every buffer between is full. */
  stalls?: number;
}

/** One message in one frame or several, now and then with a ping before, between or behind. */
function makeMessage(
  client: Client,
  payload: Buffer,
  random: Random,
  pings: { sent: number },
): Buffer {
  if (isHixie(client.dialect)) return client.frame(payload);
  const wire =
    client.encoding === 'base64' ? Buffer.from(payload.toString('base64'), 'latin1') : payload;
  const frames: Buffer[] = [];
  let opcode: number = client.encoding === 'base64' ? OPCODE.text : OPCODE.binary;
  for (let at = 0; at < wire.length; ) {
    if (random.chance(0.02)) {
      const number = Buffer.alloc(4);
      number.writeUInt32BE(++pings.sent);
      frames.push(makeFrame(number, { opcode: OPCODE.ping, mask: random.word() }));
    }
    const end = random.chance(0.2) ? at + random.between(0, wire.length - at) : wire.length;
    frames.push(
      makeFrame(wire.subarray(at, end), { opcode, fin: end === wire.length, mask: random.word() }),
    );
    opcode = OPCODE.continuation;
    at = end;
  }
  return Buffer.concat(frames);
}

async function sendAll(
  client: Client,
  data: Buffer,
  options: EchoOptions,
  pings: { sent: number },
): Promise<void> {
  const random = new Random(options.seed);
  let wire: Buffer = Buffer.alloc(0);
  for (let at = 0; at < data.length; ) {
    const messages = [wire];
    for (let pending = wire.length; pending < 1 << 18 && at < data.length; ) {
      const end = Math.min(data.length, at + random.size(options.longest ?? 1 << 17));
      const message = makeMessage(client, data.subarray(at, end), random, pings);
      messages.push(message);
      pending += message.length;
      at = end;
    }
    wire = Buffer.concat(messages);
    let cut = 0;
    while (wire.length - cut > 1 << 17 || (at === data.length && cut < wire.length)) {
      const end = Math.min(wire.length, cut + random.size(1 << 17));
      await client.connection.write(wire.subarray(cut, end));
      cut = end;
    }
    wire = wire.subarray(cut);
  }
}

/** Resolves when the kernel has taken nothing more for a while: both directions are full. */
async function untilNothingMoves(client: Client): Promise<void> {
  const { socket } = client.connection;
  const taken = () => socket.bytesWritten - socket.writableLength;
  for (let before = -1; before !== taken(); ) {
    before = taken();
    await setTimeout(25);
  }
}

async function receiveAll(client: Client, data: Buffer, options: EchoOptions): Promise<number> {
  const stalls = options.stalls ?? 0;
  let stalled = 0;
  let lastPong = 0;
  for (let at = 0; at < data.length; ) {
    if (stalled < stalls && at >= (stalled * data.length) / (stalls + 1)) {
      await untilNothingMoves(client);
      stalled++;
    }
    const event = await client.next();
    if (event.kind === 'pong') {
      const number = event.payload.readUInt32BE();
      if (number <= lastPong) throw new Error(`pong ${number} after ${lastPong}`);
      lastPong = number;
    } else if (event.kind === 'data') {
      const due = data.subarray(at, at + event.payload.length);
      if (!due.equals(event.payload))
        throw new Error(`wrong bytes after ${at}, seed ${options.seed}`);
      at += event.payload.length;
    } else throw new Error(`instead of data: ${JSON.stringify(event)} after ${at} bytes`);
  }
  return lastPong;
}

/** Sends random bytes in random pieces and demands them back, byte for byte. */
export async function echo(client: Client, options: EchoOptions): Promise<void> {
  const data = randomMaterial(options.bytes);
  const pings = { sent: 0 };
  const [, lastPong] = await Promise.all([
    sendAll(client, data, options, pings),
    receiveAll(client, data, options),
  ]);
  if (pings.sent === 0) return;
  await client.ping('the last one');
  for (let last = lastPong; ; ) {
    const event = await client.next();
    if (event.kind !== 'pong') throw new Error(`instead of a pong: ${JSON.stringify(event)}`);
    if (event.payload.toString() === 'the last one') return;
    const number = event.payload.readUInt32BE();
    if (number <= last || number > pings.sent) throw new Error(`pong ${number} after ${last}`);
    last = number;
  }
}
