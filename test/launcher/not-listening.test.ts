import { describe, expect, test } from 'vitest';
import { freePort } from '../support/free-port.js';
import { runWswrap } from '../support/run-wswrap.js';
import { child } from './child.js';

describe('a command that does not listen on the port is reported', () => {
  test('when it has ended', async () => {
    const { stderr, exitCode } = await runWswrap(['1', 'sh', '-c', 'exit 3']);
    expect(stderr).toMatch(
      /^wswrap: sh has ended and has not listened on port 1, nor on any other TCP port/,
    );
    expect(exitCode).toBe(3);
  });

  test('with the ports that it did listen on', async () => {
    const port = await freePort();
    const { stderr } = await runWswrap(['1', ...child('listen', port, 0.2)]);
    expect(stderr).toContain(`not listened on port 1, but on 127.0.0.1:${port} (`);
    expect(stderr).toContain(`type: wswrap ${port} …`);
  });

  test('when a signal has ended it', async () => {
    const { stderr } = await runWswrap(['1', 'sh', '-c', 'kill -TERM $$']);
    expect(stderr).toMatch(/sh has ended and has not listened on port 1/);
  });

  test('when it has gone to the background and does not listen there', async () => {
    const { stderr, exitCode } = await runWswrap(['1', 'sh', '-c', 'sleep 8 >/dev/null 2>&1 &']);
    expect(stderr).toMatch(/^wswrap: sh has gone to the background and does not listen on port 1/);
    expect(exitCode).toBe(0);
  });

  test('when it runs for ten seconds without', async () => {
    const { stderr } = await runWswrap(['1', 'sleep', '10.7']);
    expect(stderr).toMatch(/^wswrap: after 10 s nothing listens on port 1/);
  });

  test('in JSON when the lines are', async () => {
    const { stderr } = await runWswrap(['--log-format', 'json', '1', 'true']);
    expect(JSON.parse(stderr)).toEqual({
      event: 'not-listening',
      message: expect.stringMatching(/^true has ended/),
    });
  });
});

describe('a command that listens is not reported', () => {
  test('when it ends', async () => {
    const port = await freePort();
    const { stderr } = await runWswrap([String(port), ...child('listen', port, 0.2)]);
    expect(stderr).not.toContain('listened');
    expect(stderr).toMatch(/listening/);
  });

  test('when it comes up in the background a while later', async () => {
    const port = await freePort();
    const { stderr, stdout } = await runWswrap([String(port), ...child('daemon', port, 30)]);
    process.kill(Number(stdout));
    expect(stderr).not.toContain('listened');
    expect(stderr).toMatch(/listening/);
  });
});
