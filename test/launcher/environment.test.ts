import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { childEnvironment } from '../../src/launcher/environment.js';
import type { Settings } from '../../src/launcher/settings.js';
import { constants } from '../../src/native/addon.js';
import { library } from '../support/paths.js';
import { runWswrap } from '../support/run-wswrap.js';

const settings: Settings = {
  ports: [80, 81],
  logFormat: 'json',
  logLevel: 2,
  handshakeTimeoutMs: 1500,
  dialects: ['rfc6455', 'hybi'],
  subprotocols: 'mqtt',
  allowOrigins: undefined,
  allowHosts: '*',
  trustProxy: '::1',
  services: {
    cert: 'auto',
    key: undefined,
    sslOnly: true,
    web: undefined,
    alsoTcpSeconds: 3,
    record: undefined,
    heartbeatMs: 0,
    pongTimeoutMs: 1000,
    idleTimeoutMs: 2000,
  },
};
const fixtures = { library: '/lib/wswrap.so', stateFd: 960, logFd: 961, recorderFd: 962 };

describe('the environment of the command', () => {
  test('holds the settings under the names that the library knows', () => {
    expect(childEnvironment({ HOME: '/root' }, settings, fixtures)).toEqual({
      HOME: '/root',
      LD_PRELOAD: '/lib/wswrap.so',
      WSWRAP_VERSION: constants.version,
      WSWRAP_PORTS: '80,81',
      WSWRAP_STATE_FD: '960',
      WSWRAP_LOG_FD: '961',
      WSWRAP_RECORDER_FD: '962',
      WSWRAP_LOG_FORMAT: 'json',
      WSWRAP_LOG_LEVEL: '2',
      WSWRAP_SUBPROTOCOL: 'mqtt',
      WSWRAP_DIALECT: 'rfc6455,hybi',
      WSWRAP_ALLOW_HOST: '*',
      WSWRAP_TRUST_PROXY: '::1',
      WSWRAP_HANDSHAKE_TIMEOUT_MS: '1500',
      WSWRAP_HEARTBEAT_MS: '0',
      WSWRAP_IDLE_TIMEOUT_MS: '2000',
      WSWRAP_PONG_TIMEOUT_MS: '1000',
      WSWRAP_TLS: '1',
      WSWRAP_SECURE_ONLY: '1',
      WSWRAP_ALSO_TCP: '3',
    });
  });

  test('keeps nothing of an outer wswrap', () => {
    const outer = { WSWRAP_ALLOW_ORIGIN: '*', WSWRAP_PORTS: '1', LD_PRELOAD: '/lib/wswrap.so' };
    const inner = childEnvironment(outer, settings, fixtures);
    expect(inner).not.toHaveProperty('WSWRAP_ALLOW_ORIGIN');
    expect(inner).toMatchObject({ WSWRAP_PORTS: '80,81', LD_PRELOAD: '/lib/wswrap.so' });
  });

  test.each([
    ['a.so', '/lib/wswrap.so:a.so'],
    ['a.so b.so', '/lib/wswrap.so:a.so:b.so'],
    ['a.so::b.so', '/lib/wswrap.so:a.so:b.so'],
    ['a.so:/lib/wswrap.so', '/lib/wswrap.so:a.so'],
    ['', '/lib/wswrap.so'],
  ])('has the library before what was preloaded already: %j', (present, expected) => {
    expect(childEnvironment({ LD_PRELOAD: present }, settings, fixtures)['LD_PRELOAD']).toBe(
      expected,
    );
  });

  test('has it there in fact', async () => {
    const { stdout } = await runWswrap(['1', 'sh', '-c', 'echo "$LD_PRELOAD"'], {
      LD_PRELOAD: 'libm.so.6',
    });
    expect(stdout).toBe(`${library}:libm.so.6`);
  });
});

describe('the descriptors of the command', () => {
  test('are those of any child of ours, the shared state and the log', async () => {
    const plain = await execa('sh', ['-c', list], { stdin: 'ignore' });
    const wrapped = await runWswrap(['1', 'sh', '-c', list]);
    const added = numbersIn(wrapped.stdout).filter((fd) => !numbersIn(plain.stdout).includes(fd));
    expect(added).toEqual([960, 961]);
  });
});

const list = 'exec ls /proc/self/fd';

function numbersIn(text: string): number[] {
  const numbers = text.split('\n').map(Number);
  return numbers.sort((a, b) => a - b);
}
