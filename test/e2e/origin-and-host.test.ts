import { describe, expect, test } from 'vitest';
import { Client, type ClientOptions, Refused } from '../support/client/index.js';
import { wrapServer } from '../support/wrapped.js';

interface Case {
  what: string;
  opening: ClientOptions;
  options?: string[];
}

async function statusOf(port: number, opening: ClientOptions): Promise<number> {
  try {
    const client = await Client.open(port, opening);
    await client.send('x');
    await client.receive(1);
    return 101;
  } catch (error) {
    if (error instanceof Refused) return error.response.status;
    throw error;
  }
}

const allowEvil = ['--allow-origin', 'http://evil.example'];

const admitted: Case[] = [
  { what: 'without an Origin', opening: {} },
  { what: 'from localhost by another port', opening: { origin: 'http://localhost:6080' } },
  { what: 'from ::1', opening: { origin: 'http://[::1]:6080' } },
  { what: 'from the same address over https', opening: { origin: 'https://127.0.0.1' } },
  { what: 'from 127.0.0.2', opening: { origin: 'http://127.0.0.2:1' } },
  { what: 'to localhost', opening: { host: 'localhost' } },
  { what: 'to LocalHost:1', opening: { host: 'LocalHost:1' } },
  { what: 'to [::1]', opening: { host: '[::1]:5901' } },
  {
    what: 'from an origin that is allowed',
    opening: { origin: 'http://evil.example' },
    options: allowEvil,
  },
  {
    what: 'from the second origin of a list',
    opening: { origin: 'http://evil.example' },
    options: ['--allow-origin', 'http://a.example, http://evil.example'],
  },
  {
    what: 'from anywhere when * is allowed',
    opening: { origin: 'http://any.example' },
    options: ['--allow-origin', '*'],
  },
  {
    what: 'from null when it is allowed',
    opening: { origin: 'null' },
    options: ['--allow-origin', 'null'],
  },
  {
    what: 'to a host that is allowed',
    opening: { host: 'box.example' },
    options: ['--allow-host', 'box.example'],
  },
  {
    what: 'to any host when * is allowed',
    opening: { host: 'any.example' },
    options: ['--allow-host', '*'],
  },
  {
    what: 'from and to the same allowed host',
    opening: { host: 'box.example', origin: 'http://box.example' },
    options: ['--allow-host', 'box.example'],
  },
  { what: 'in hixie76 without an Origin', opening: { dialect: 'hixie76', origin: null } },
  { what: 'in hixie75 without an Origin', opening: { dialect: 'hixie75', origin: null } },
];

const refused: Case[] = [
  { what: 'from elsewhere', opening: { origin: 'http://evil.example' } },
  {
    what: 'from a name that begins like an allowed one',
    opening: { origin: 'http://evil.example.org' },
    options: allowEvil,
  },
  {
    what: 'from a name that begins with localhost',
    opening: { origin: 'http://localhost.evil.example' },
  },
  { what: 'from a name that begins with 127.', opening: { origin: 'http://127.evil.example' } },
  { what: 'from null', opening: { origin: 'null' } },
  { what: 'from a file', opening: { origin: 'file://' } },
  { what: 'from another scheme', opening: { origin: 'chrome-extension://abcdef' } },
  { what: 'to a foreign host', opening: { host: 'evil.example' } },
  {
    what: 'from and to the same foreign host, as after DNS rebinding',
    opening: { host: 'evil.example', origin: 'http://evil.example' },
  },
  {
    what: 'from elsewhere in hybi07',
    opening: { dialect: 'hybi07', origin: 'http://evil.example' },
  },
  {
    what: 'from elsewhere in hixie76',
    opening: { dialect: 'hixie76', origin: 'http://evil.example' },
  },
  {
    what: 'from elsewhere in hixie75',
    opening: { dialect: 'hixie75', origin: 'http://evil.example' },
  },
];

describe('On a loopback listener a client is let in', () => {
  test.for(admitted)('$what', async ({ opening, options = [] }) => {
    const { port } = await wrapServer('echo_thread', [], { options });
    expect(await statusOf(port, opening)).toBe(101);
  });
});

describe('On a loopback listener a client is refused with 403', () => {
  test.for(refused)('$what', async ({ opening, options = [] }) => {
    const server = await wrapServer('echo_thread', [], { options });
    expect(await statusOf(server.port, opening)).toBe(403);
    expect(await statusOf(server.port, {})).toBe(101);
    expect(await server.accepted(1)).toBe(1);
  });
});

test.for([
  { refusal: 'origin', opening: { origin: 'http://evil.example' } },
  { refusal: 'origin', opening: { origin: 'null' } },
  {
    refusal: 'origin',
    opening: { origin: 'http://evil.example:8080', dialect: 'hixie76' as const },
  },
  { refusal: 'host', opening: { host: 'box.example' } },
  { refusal: 'host', opening: { host: 'box.example:80' } },
])(
  'The line about a refused $refusal names the option that lets it in: $opening',
  async ({ refusal, opening }) => {
    const server = await wrapServer('echo_thread');
    expect(await statusOf(server.port, opening)).toBe(403);
    const line = await server.logged('refused', { status: 403, reason: refusal });
    const remedy = line.fields.get('try')?.split(' ') ?? [];
    expect(remedy[0]).toBe(`--allow-${refusal}`);
    const { port } = await wrapServer('echo_thread', [], { options: remedy });
    expect(await statusOf(port, opening)).toBe(101);
  },
);
