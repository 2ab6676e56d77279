import { describe, expect, test } from 'vitest';
import { lineWriter } from '../../src/relay/log-line.js';

const fields = {
  peer: '127.0.0.1:40312',
  port: 5901,
  origin: '',
  host: 'a "b"\n\u00fc',
  seconds: { ms: 4016 },
  try: '--allow-host a',
};

describe('a log line', () => {
  test('is text for people', () => {
    expect(lineWriter('wsproxy', 'text')('refused', fields)).toBe(
      'wsproxy: refused 127.0.0.1:40312 port=5901 origin=- host="a \\"b\\"\\u000a\\u00fc" seconds=4.016 try="--allow-host a"',
    );
  });

  test('is JSON for programs', () => {
    const line = lineWriter('wsproxy', 'json')('refused', fields);
    expect(JSON.parse(line)).toEqual({
      event: 'refused',
      peer: '127.0.0.1:40312',
      port: 5901,
      origin: null,
      host: 'a "b"\n\u00fc',
      seconds: 4.016,
      try: '--allow-host a',
    });
  });

  test('does not grow with what a client has sent', () => {
    const line = lineWriter('wsproxy', 'text')('refused', { host: 'x'.repeat(100_000) });
    expect(line.length).toBeLessThan(200);
  });

  test('has what we say ourselves to the end, which is where the cause stands', () => {
    const reason = `${'/folder'.repeat(50)}: EACCES`;
    expect(lineWriter('wsproxy', 'text')('warning', { reason })).toContain(': EACCES"');
    const line = lineWriter('wsproxy', 'json')('warning', { reason });
    expect(JSON.parse(line)).toEqual({ event: 'warning', reason });
  });
});
