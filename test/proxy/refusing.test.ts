import { describe, expect, test } from 'vitest';
import { Client, Connection, Refused, readToEnd } from '../support/client/index.js';
import { freePort } from '../support/free-port.js';
import { Program } from '../support/process.js';
import { echoTarget, startProxy } from '../support/proxy.js';

async function refusal(port: number, options = {}): Promise<Refused> {
  const outcome = await Client.open(port, options).catch((error: unknown) => error);
  if (outcome instanceof Refused) return outcome;
  throw new Error(`not refused: ${outcome}`);
}

/** A port whose queue of clients is full, so that the kernel answers no more of them. */
async function deafPort(): Promise<number> {
  const program = new Program('/usr/bin/python3', ['-u', 'test/support/python/deaf-server.py']);
  return Number((await program.output.line(/^ready/)).split(' ')[1]);
}

describe('wsproxy', () => {
  test('answers 502 when nobody listens at the target', async () => {
    const proxy = await startProxy(await freePort());
    expect((await refusal(proxy.port)).response.status).toBe(502);
    await proxy.logged('refused', { status: 502, reason: 'target-refused' });
  });

  test("answers 502 when the target's name is not known", async () => {
    const proxy = await startProxy(['no-such-host.invalid:80']);
    expect((await refusal(proxy.port)).response.status).toBe(502);
    await proxy.errors.line(/^wsproxy: warning .*no-such-host\.invalid/);
  });

  test('answers 502 when there is no Unix socket', async () => {
    const proxy = await startProxy(['--unix-target', '/nowhere/socket']);
    expect((await refusal(proxy.port)).response.status).toBe(502);
  });

  test('answers 504 when the target does not answer in time', async () => {
    const proxy = await startProxy(await deafPort(), '--connect-timeout', '0.2');
    expect((await refusal(proxy.port)).response.status).toBe(504);
    await proxy.logged('refused', { status: 504, reason: 'target-timeout' });
  });

  test('answers 503 when there are too many, and serves again when one has left', async () => {
    const proxy = await startProxy(await echoTarget(), '--max-connections', '2');
    const first = await Client.open(proxy.port);
    await Client.open(proxy.port);
    expect((await refusal(proxy.port)).response.status).toBe(503);
    await first.close(1000);
    await first.receiveToClose();
    await proxy.logged('closed');
    const again = await Client.open(proxy.port);
    await again.send('x');
    expect((await again.receive(1)).toString()).toBe('x');
  });

  test('answers 403 to a page of another host, naming the option', async () => {
    const proxy = await startProxy(await echoTarget());
    const { response } = await refusal(proxy.port, { origin: 'http://evil.example' });
    expect(response.status).toBe(403);
    const { fields } = await proxy.logged('refused');
    expect(Object.fromEntries(fields)).toEqual({
      port: String(proxy.port),
      status: '403',
      reason: 'origin',
      origin: 'http://evil.example',
      host: `127.0.0.1:${proxy.port}`,
      try: '--allow-origin http://evil.example',
    });
  });

  test('answers 408 to a client that is too slow, over TLS, too', async () => {
    const proxy = await startProxy(
      await echoTarget(),
      ...['--handshake-timeout', '0.3', '--cert', 'auto'],
    );
    for (const secure of [false, true]) {
      const client = await Connection.open(proxy.port, '127.0.0.1', secure);
      await client.write(Buffer.from('GET / HTTP/1.1\r\n'));
      expect((await readToEnd(client)).toString()).toMatch(/^HTTP\/1\.1 408 /);
    }
  });

  test('answers 403 with --ssl-only what comes in the clear', async () => {
    const proxy = await startProxy(await echoTarget(), '--cert', 'auto', '--ssl-only');
    expect((await refusal(proxy.port)).response.status).toBe(403);
    await proxy.logged('refused', { status: 403, reason: 'secure-only' });
    const client = await Client.open(proxy.port, { secure: true });
    await client.send('x');
    expect((await client.receive(1)).toString()).toBe('x');
  });

  test.for([{ options: [] }, { options: ['--cert', 'auto', '--ssl-only'] }])(
    'answers a Flash policy request byte for byte with $options',
    async ({ options }) => {
      const proxy = await startProxy(await echoTarget(), ...options);
      const client = await Connection.open(proxy.port);
      await client.write(Buffer.from('<policy-file-request/>\0'));
      expect((await readToEnd(client)).toString('latin1')).toBe(
        '<cross-domain-policy><allow-access-from domain="*" to-ports="*" /></cross-domain-policy>\n\0',
      );
    },
  );

  test('ends a client that does not answer a ping, and one without payload for too long', async () => {
    const target = await echoTarget();
    const deaf = await startProxy(target, '--heartbeat', '0.1', '--pong-timeout', '0.3');
    await Client.open(deaf.port);
    await deaf.logged('closed', { cause: 'heartbeat' });
    const idle = await startProxy(target, '--idle-timeout', '0.2');
    const client = await Client.open(idle.port);
    await client.receiveToClose({ answering: true });
    await idle.logged('closed', { cause: 'idle' });
  });
});
