import { describe, expect, test } from 'vitest';
import { parse } from '../../src/cli/parse.js';
import type { Launch } from '../../src/launcher/settings.js';

function launchOf(...argv: string[]): Launch {
  const request = parse(argv);
  if (request.kind !== 'launch') throw new Error(`${request.kind} instead of launch`);
  return request.launch;
}

describe('the command line', () => {
  test('needs a port and a command only', () => {
    expect(launchOf('5901', 'vncserver')).toEqual({
      command: 'vncserver',
      args: [],
      logFile: undefined,
      settings: {
        ports: [5901],
        logFormat: 'text',
        logLevel: 1,
        handshakeTimeoutMs: 10_000,
        dialects: undefined,
        subprotocols: undefined,
        allowOrigins: undefined,
        allowHosts: undefined,
        trustProxy: undefined,
        services: {
          cert: undefined,
          key: undefined,
          sslOnly: false,
          web: undefined,
          alsoTcpSeconds: undefined,
          record: undefined,
          heartbeatMs: 30_000,
          pongTimeoutMs: 60_000,
          idleTimeoutMs: 0,
        },
      },
    });
  });

  test.each([
    [['--ssl-only', '5901', 'cmd'], '--ssl-only needs --cert'],
    [['--key', 'key.pem', '5901', 'cmd'], '--key needs --cert'],
    [['--cert', 'auto', '--key', 'key.pem', '5901', 'cmd'], '--key needs --cert FILE'],
    [['--cert', 'auto', '--ssl-only', '--also-tcp', '5901', 'cmd'], 'contradict'],
    [['--also-tcp=0', '5901', 'cmd'], 'whole seconds'],
  ])('refuses what makes no sense: %j', (argv, why) => {
    expect(() => launchOf(...argv)).toThrow(why);
  });

  test.each<[string[], number | undefined]>([
    [['--also-tcp', '5901', 'cmd'], 1],
    [['--also-tcp=3', '5901', 'cmd'], 3],
    [['--log-file', '--also-tcp', '5901', 'cmd'], undefined],
    [['5901', 'cmd', '--also-tcp'], undefined],
    [['--', '5901', 'cmd', '--also-tcp'], undefined],
  ])('has the seconds of --also-tcp behind an equals sign only: %j', (argv, seconds) => {
    expect(launchOf(...argv).settings.services.alsoTcpSeconds).toBe(seconds);
  });

  test.each<[string[], string, string[]]>([
    [
      ['5901', 'vncserver', '-geometry', '640x480', ':1'],
      'vncserver',
      ['-geometry', '640x480', ':1'],
    ],
    [['5901', 'cmd', '--check', '-v', '--help'], 'cmd', ['--check', '-v', '--help']],
    [['5901', '--', 'cmd', '-v'], 'cmd', ['-v']],
    [['-v', '5901', '--', 'cmd', '--', 'x'], 'cmd', ['--', 'x']],
    [['--', '5901', 'cmd', 'a'], 'cmd', ['a']],
    [['5901', '--', '-odd-name'], '-odd-name', []],
  ])('leaves the words of the command alone: %j', (argv, command, args) => {
    expect(launchOf(...argv)).toMatchObject({ command, args });
  });

  test.each<[string[], Partial<Launch['settings']>]>([
    [['--subprotocol', 'mqtt, binary'], { subprotocols: 'mqtt,binary' }],
    [['--dialect', 'hixie76,rfc6455'], { dialects: ['hixie76', 'rfc6455'] }],
    [['--allow-origin', 'https://a.example,*'], { allowOrigins: 'https://a.example,*' }],
    [['--allow-host=box.example'], { allowHosts: 'box.example' }],
    [['--trust-proxy', '10.0.0.0/8, ::1'], { trustProxy: '10.0.0.0/8,::1' }],
    [['--handshake-timeout', '0.25'], { handshakeTimeoutMs: 250 }],
    [['--log-format', 'json'], { logFormat: 'json' }],
    [['-v'], { logLevel: 2 }],
    [['-q'], { logLevel: 0 }],
  ])('%j', (options, settings) => {
    expect(launchOf(...options, '80', 'cmd').settings).toMatchObject(settings);
  });

  test('takes several ports, each once', () => {
    expect(launchOf('5901,5902,5901', 'cmd').settings.ports).toEqual([5901, 5902]);
  });

  test('names the file for the lines', () => {
    expect(launchOf('--log-file', '/tmp/x', '80', 'cmd').logFile).toBe('/tmp/x');
  });

  test('--check asks for a verdict only', () => {
    expect(parse(['--check', '80', 'cmd', 'a'])).toEqual({
      kind: 'check',
      command: 'cmd',
      args: ['a'],
    });
  });

  test.each([
    ['--help', /^Usage: wswrap \[options\] PORT/],
    ['--version', /^\d+\.\d+\.\d+\n$/],
  ])('%s is text to print', (option, text) => {
    expect(parse([option])).toEqual({ kind: 'print', text: expect.stringMatching(text) });
  });
});

describe('a word that is wrong', () => {
  test.each<[string[], RegExp]>([
    [[], /PORT/],
    [['5901'], /COMMAND/],
    [['5901', '--'], /COMMAND is missing/],
    [['0', 'cmd'], /"0"/],
    [['65536', 'cmd'], /"65536"/],
    [['80,x', 'cmd'], /"x"/],
    [['80,', 'cmd'], /empty/],
    [['cmd'], /COMMAND/],
    [['--nonsense', '80', 'cmd'], /--nonsense/],
    [['80', '-v', 'cmd'], /-v stands after PORT/],
    [['-v', '-q', '80', 'cmd'], /contradict/],
    [['--dialect', 'hixie77', '80', 'cmd'], /--dialect.*"hixie77".*hixie76/],
    [['--subprotocol', 'a b', '80', 'cmd'], /--subprotocol.*"a b"/],
    [['--trust-proxy', '10.0.0.0/33', '80', 'cmd'], /--trust-proxy.*10\.0\.0\.0\/33/],
    [['--trust-proxy', 'proxy.example', '80', 'cmd'], /--trust-proxy.*proxy\.example/],
    [['--handshake-timeout', '0', '80', 'cmd'], /--handshake-timeout.*0\.001/],
    [['--handshake-timeout', '-5', '80', 'cmd'], /--handshake-timeout/],
    [['--handshake-timeout', 'soon', '80', 'cmd'], /--handshake-timeout/],
    [['--log-format', 'xml', '80', 'cmd'], /--log-format.*text, json/],
    [['--trust-proxy', '10.0.0.0/33', '80', 'cmd'], /--trust-proxy.*10\.0\.0\.0\/33/],
    [['--trust-proxy', 'proxy.example', '80', 'cmd'], /"proxy\.example" is not a network/],
    [['--log-file'], /--log-file/],
    [['--allow-host', 'h'.repeat(5000), '80', 'cmd'], /--allow-host.*4095 bytes/],
    [[Array.from({ length: 65 }, (_, i) => i + 1).join(), 'cmd'], /at most 64 ports/],
  ])('is named: %j', (argv, message) => {
    expect(() => parse(argv)).toThrow(
      expect.objectContaining({
        code: 'bad-option',
        exitCode: 2,
        message: expect.stringMatching(message),
      }),
    );
  });
});
