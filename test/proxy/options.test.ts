import { describe, expect, test } from 'vitest';
import { parseProxy, type Surroundings } from '../../src/cli/wsproxy-parse.js';
import type { ProxySettings } from '../../src/proxy/settings.js';

const plain: Surroundings = { activated: false, supervised: false };

function settingsOf(argv: readonly string[], surroundings = plain): ProxySettings {
  const request = parseProxy(argv, surroundings);
  if (request.kind !== 'serve') throw new Error(`${request.kind} instead of serve`);
  return request.settings;
}

describe('the command line of wsproxy', () => {
  test('needs an address to listen on and a target only', () => {
    expect(settingsOf(['6080', 'localhost:5900'])).toEqual({
      listen: [{ host: '', port: 6080 }],
      target: { host: 'localhost', port: 5900 },
      targetTls: undefined,
      proxyProtocol: undefined,
      subprotocols: undefined,
      dialects: undefined,
      allowOrigins: undefined,
      allowHosts: undefined,
      trustProxy: undefined,
      handshakeTimeoutMs: 10_000,
      connectTimeoutMs: 10_000,
      heartbeatMs: 30_000,
      pongTimeoutMs: 60_000,
      idleTimeoutMs: 0,
      drainTimeoutMs: 5000,
      maxConnections: 16_384,
      workers: 1,
      cert: undefined,
      sslOnly: false,
      web: undefined,
      record: undefined,
      metrics: undefined,
      pidFile: undefined,
      log: { to: 'nowhere', format: 'text' },
    });
  });

  test.each<[string[], Partial<ProxySettings>]>([
    [
      ['[::1]:80', '[2001:db8::1]:5900'],
      { listen: [{ host: '::1', port: 80 }], target: { host: '2001:db8::1', port: 5900 } },
    ],
    [[':80', 'a:1'], { listen: [{ host: '', port: 80 }] }],
    [
      ['--unix-target', '/run/s', 'localhost:80'],
      { listen: [{ host: 'localhost', port: 80 }], target: { unixPath: '/run/s' } },
    ],
    [['--unix-listen', '/run/l', 'a:1'], { listen: [{ unixPath: '/run/l' }] }],
    [
      ['--unix-listen', '/run/l', '80', 'a:1'],
      { listen: [{ host: '', port: 80 }, { unixPath: '/run/l' }] },
    ],
    [['--cert', 'auto', '80', 'a:1'], { cert: 'auto' }],
    [
      ['--cert', '/c.pem', '--key', '/k.pem', '--ssl-only', '80', 'a:1'],
      { cert: { cert: '/c.pem', key: '/k.pem' }, sslOnly: true },
    ],
    [['--web', 'novnc', '80', 'a:1'], { web: 'novnc' }],
    [['--heartbeat', '0', '80', 'a:1'], { heartbeatMs: 0 }],
    [['--send-proxy-v2', '80', 'a:1'], { proxyProtocol: 2 }],
    [
      ['--ssl-target', '--insecure-target', '80', 'a:1'],
      { targetTls: { caFile: undefined, verified: false } },
    ],
    [['--metrics', '9100', '80', 'a:1'], { metrics: { host: '', port: 9100 } }],
    [['--syslog', '80', 'a:1'], { log: { to: 'syslog', format: 'text' } }],
    [['-f', '80', 'a:1'], { log: { to: 'standard-error', format: 'text' } }],
  ])('%j', (argv, settings) => {
    expect(settingsOf(argv)).toMatchObject(settings);
  });

  test('makes the names of files absolute, since a daemon leaves its folder', () => {
    const { log, web, record } = settingsOf([
      '--log-file',
      'x',
      '--web',
      'w',
      '--record',
      'r',
      '80',
      'a:1',
    ]);
    expect({ log, web, record }).toEqual({
      log: { to: { file: `${process.cwd()}/x` }, format: 'text' },
      web: `${process.cwd()}/w`,
      record: `${process.cwd()}/r`,
    });
  });

  test('needs no address when sockets are passed, and stays in front when somebody watches', () => {
    expect(parseProxy(['a:1'], { activated: true, supervised: true })).toMatchObject({
      foreground: true,
      settings: { listen: [], target: { host: 'a', port: 1 } },
    });
  });

  test.each([
    [[], 'target'],
    [['a:1'], '[HOST:]PORT'],
    [['80', 'a'], '"a"'],
    [['80', ':5900'], ':5900'],
    [['::1:80', 'a:1'], '::1:80'],
    [['[1.2.3.4]:80', 'a:1'], '[1.2.3.4]:80'],
    [['65536', 'a:1'], '65536'],
    [['80', '90', 'a:1'], '"90"'],
    [['80', 'a:1', 'b'], '"b"'],
    [['--ssl-only', '80', 'a:1'], '--cert'],
    [['--key', 'k', '80', 'a:1'], '--cert'],
    [['--insecure-target', '80', 'a:1'], '--ssl-target'],
    [['--ssl-target', '--insecure-target', '--ssl-target-ca', 'x', '80', 'a:1'], 'contradict'],
    [['--unix-target', `/${'x'.repeat(107)}`, '80'], 'at most 107 bytes'],
    [['--send-proxy', '--send-proxy-v2', '80', 'a:1'], 'contradict'],
    [['--log-file', 'x', '--syslog', '80', 'a:1'], 'contradict'],
    [['--workers', '0', '80', 'a:1'], '--workers'],
    [['--max-connections', 'many', '80', 'a:1'], '--max-connections'],
    [['--idle-timeout', '-1', '80', 'a:1'], '--idle-timeout'],
    [['--idle-timeout', 'x', '80', 'a:1'], 'or 0'],
    [['--log-file', '', '80', 'a:1'], "'--log-file <file>' argument ''"],
    [['--no-such', '80', 'a:1'], '--no-such'],
  ])('refuses %j, naming what is wrong', (argv, named) => {
    expect(() => parseProxy(argv, plain)).toThrow(
      expect.objectContaining({ code: 'bad-option', message: expect.stringContaining(named) }),
    );
  });
});
