import { describe, expect, test } from 'vitest';
import { Client, closePayload, makeFrame, OPCODE } from '../support/client/index.js';
import { wrapServer } from '../support/wrapped.js';

const some = Buffer.from('some');
const { text, ping, close, continuation } = OPCODE;
const begun = makeFrame(some, { fin: false });

const breaches: { what: string; bytes: Buffer; code: number; error: string }[] = [
  ...[0x10, 0x20, 0x40, 0x70].map((rsv) => ({
    what: `reserved bits ${rsv.toString(16)}`,
    bytes: makeFrame(some, { rsv }),
    code: 1002,
    error: 'rsv-bits',
  })),
  ...[3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map((opcode) => ({
    what: `opcode ${opcode}`,
    bytes: makeFrame(some, { opcode }),
    code: 1002,
    error: 'opcode',
  })),
  { what: 'no mask', bytes: makeFrame(some, { mask: null }), code: 1002, error: 'not-masked' },
  {
    what: 'a fragmented ping',
    bytes: makeFrame(some, { opcode: ping, fin: false }),
    code: 1002,
    error: 'control-fragmented',
  },
  {
    what: 'a ping of 126 bytes',
    bytes: makeFrame(Buffer.alloc(126), { opcode: ping }),
    code: 1002,
    error: 'control-length',
  },
  {
    what: 'a continuation of nothing',
    bytes: makeFrame(some, { opcode: continuation }),
    code: 1002,
    error: 'continuation',
  },
  {
    what: 'a message inside another',
    bytes: Buffer.concat([begun, makeFrame(some)]),
    code: 1002,
    error: 'interleaved',
  },
  {
    what: 'a short length in two bytes',
    bytes: makeFrame(some, { lengthBytes: 2 }),
    code: 1002,
    error: 'length-form',
  },
  {
    what: 'a short length in eight bytes',
    bytes: makeFrame(some, { lengthBytes: 8 }),
    code: 1002,
    error: 'length-form',
  },
  {
    what: 'a medium length in eight bytes',
    bytes: makeFrame(Buffer.alloc(65535), { lengthBytes: 8 }).subarray(0, 14),
    code: 1002,
    error: 'length-form',
  },
  {
    what: 'a length with its top bit set',
    bytes: makeFrame(Buffer.alloc(0), { lengthBytes: 8, length: 1n << 63n }),
    code: 1002,
    error: 'length-range',
  },
  {
    what: 'a Close of one byte',
    bytes: makeFrame(Buffer.alloc(1), { opcode: close }),
    code: 1002,
    error: 'close-length',
  },
  ...[0, 1, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535].map((code) => ({
    what: `a Close with code ${code}`,
    bytes: makeFrame(closePayload(code), { opcode: close }),
    code: 1002,
    error: 'close-code',
  })),
  {
    what: 'a Close whose reason is not UTF-8',
    bytes: makeFrame(Buffer.from('03e8ff', 'hex'), { opcode: close }),
    code: 1007,
    error: 'utf8',
  },
  ...['ff', 'c080', 'eda080', 'f4908080', 'c3'].map((hex) => ({
    what: `the text ${hex}, which is not UTF-8,`,
    bytes: makeFrame(Buffer.from(hex, 'hex'), { opcode: text }),
    code: 1007,
    error: 'utf8',
  })),
];

describe('A client is told why its frame ends the connection, and the program sees an ordinary end:', () => {
  test.for(breaches)('$what: $code', async ({ bytes, code, error }) => {
    const wrapped = await wrapServer('echo_select');
    const client = await Client.open(wrapped.port);
    await client.send('before');
    expect((await client.receive(6)).toString()).toBe('before');
    await client.sendBytes(bytes);
    const end = await client.receiveToClose();
    expect(end.code).toBe(code);
    expect(await wrapped.ended()).toMatch(/^(0|EPIPE|ECONNRESET)$/);
    await wrapped.logged('closed', { code, error });
  });
});

const notBase64 = ['!!!!', 'AAA', 'A', '=AAA', 'AA==AAAA', 'AA A', 'AAAA\n', 'AA=A', '===='];

describe('Text that is not base64 ends a base64 connection with 1007:', () => {
  test.for(notBase64)('%j', async (payload) => {
    const wrapped = await wrapServer('echo_select');
    const client = await Client.open(wrapped.port, { subprotocols: ['base64'] });
    await client.send('before');
    await client.receive(6);
    await client.sendFrame(payload, { opcode: text });
    expect((await client.receiveToClose()).code).toBe(1007);
    expect(await wrapped.ended()).toMatch(/^(0|EPIPE|ECONNRESET)$/);
    await wrapped.logged('closed', { code: 1007, error: 'base64' });
  });
});

test('The fragments of a base64 message join before they are decoded', async () => {
  const { port } = await wrapServer('echo_select');
  const client = await Client.open(port, { subprotocols: ['base64'] });
  await client.sendFrame('c3B', { opcode: text, fin: false });
  await client.sendFrame('saX', { opcode: continuation, fin: false });
  await client.sendFrame('Q=', { opcode: continuation });
  expect((await client.receive(5)).toString()).toBe('split');
});

describe('A Hixie connection ends when a frame is not one:', () => {
  const frames = ['A', '\x80', '\xff\x01', '\0A\xff', '\0!!!!\xff', '\0AA AA\xff'];
  test.for(frames)('%j', async (bytes) => {
    const wrapped = await wrapServer('echo_select');
    const client = await Client.open(wrapped.port, { dialect: 'hixie76' });
    await client.send('before');
    await client.receive(6);
    await client.sendBytes(Buffer.from(bytes, 'latin1'));
    for (let event = await client.next(); event.kind !== 'end'; event = await client.next())
      expect(event.kind).toBe('close');
    expect(await wrapped.ended()).toMatch(/^(0|EPIPE|ECONNRESET)$/);
  });
});
