import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { get } from 'node:http';
import { urlToHttpOptions } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { entry, Folder, writeRecording } from '../recording/sample.js';
import { root } from '../support/paths.js';
import { Program } from '../support/process.js';

const SESSION = [
  entry('to-client', 0, 'RFB 003.008\n'),
  entry('from-client', 1500, 'RFB 003.008\n'),
];

describe('wsreplay', () => {
  let folder: Folder;
  let session: string;
  beforeAll(async () => {
    folder = await Folder.make();
    session = folder.file('session.1');
    writeRecording(session, SESSION);
  });
  afterAll(() => folder.remove());

  const wsreplay = (...words: string[]) =>
    execa(process.execPath, [`${root}/bin/wsreplay.js`, ...words], {
      reject: false,
      stdin: 'ignore',
    });

  test('--info prints peer, duration, bytes and rate', async () => {
    const { stdout, exitCode } = await wsreplay('--info', session);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^peer: +192\.0\.2\.1:80$/m);
    expect(stdout).toMatch(/^duration: +1\.500 s$/m);
    expect(stdout).toMatch(/^to client: +12 bytes in 1 record, 8 bytes\/s$/m);
    expect(stdout).toMatch(/^complete: +yes$/m);
  });

  test('--to-2010 and --to-binary convert there and back', async () => {
    const old = folder.file('old');
    expect((await wsreplay('--to-2010', '--output', old, session)).exitCode).toBe(0);
    expect(readFileSync(old, 'latin1')).toMatch("'{0{UkZCIDAwMy4wMDgK',\n");
    const { stdout } = await wsreplay('--to-binary', old);
    expect(`${stdout}\n`).toBe(readFileSync(session, 'latin1'));
  });

  test('does not overwrite a file', async () => {
    const { exitCode, stderr } = await wsreplay('--to-2010', '--output', session, session);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/EEXIST/);
  });

  test('leaves no half of a file behind', async () => {
    const output = folder.file('half');
    const { exitCode } = await wsreplay('--to-2010', '--output', output, '/dev/null');
    expect(exitCode).toBe(2);
    expect(existsSync(output)).toBe(false);
  });

  test('says in one line that its output takes no more', async () => {
    const words = [process.execPath, `${root}/bin/wsreplay.js`, '--info', session];
    const { exitCode, stderr } = await execa('sh', ['-c', 'exec "$@" >/dev/full', 'sh', ...words], {
      reject: false,
    });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^wsreplay: ENOSPC.*$/);
  });

  test('--info has one byte in the singular', async () => {
    const short = folder.file('short.1');
    writeRecording(short, [entry('to-client', 1000, 'a')]);
    const { stdout } = await wsreplay('--info', short);
    expect(stdout).toMatch(/^to client: +1 byte in 1 record, 1 byte\/s$/m);
  });

  test.each([
    [['--info', '/no/such/file.1'], /no\/such\/file\.1 cannot be read/],
    [['--info', '/dev/null'], /\/dev\/null is not a recording/],
    [['--info', '/tmp'], /\/tmp is a folder/],
    [['--info', '--output', 'x', '/dev/null'], /--output goes with/],
    [['--port', '70000', 'x'], /A port is a number/],
    [['--info', '--to-2010', 'x'], /cannot be used with/],
    [[], /missing required argument/],
  ])('%j is refused with the reason', async (words, reason) => {
    const { exitCode, stderr } = await wsreplay(...words);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(reason);
  });

  test('stands requests for what it has not', async () => {
    const program = new Program(process.execPath, [`${root}/bin/wsreplay.js`, session], {
      cwd: root,
      env: process.env,
    });
    const address = /http:\S+\d/.exec(await program.output.line(/^Open /))?.[0] ?? '';
    const status = async (path: string, headers = {}) => {
      const request = get({ ...urlToHttpOptions(new URL(address)), path, headers, agent: false });
      const [response] = await once(request, 'response');
      return response.resume().statusCode;
    };
    expect(await status('//')).toBe(200);
    expect(await status('//no-such-file')).toBe(404);
    expect(await status('/records?from=-1&encoding=binary')).toBe(400);
    expect(await status('/../package.json')).toBe(400);
    expect(await status('/', { Host: 'evil.example' })).toBe(403);
    expect(await status('/', { Host: 'LocalHost:1' })).toBe(200);
    expect(await status('/')).toBe(200);
  });
});
