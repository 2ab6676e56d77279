import { chmodSync, chownSync, copyFileSync, readFileSync } from 'node:fs';
import { execaSync } from 'execa';
import { describe, expect, test } from 'vitest';
import { type Host, thisHost } from '../../src/doctor/host.js';
import { judge } from '../../src/doctor/judge.js';
import type { Obstacle } from '../../src/doctor/verdict.js';
import { requires } from '../support/requires.js';
import { Programs } from './programs.js';

const programs = new Programs();
const host = thisHost();
const asRoot = process.getuid?.() === 0;

function obstacleTo(
  path: string,
  args: readonly string[] = [],
  on: Host = host,
): Obstacle | 'none' {
  const verdict = judge(path, args, on);
  if (!verdict.wrappable) expect(verdict.reason).toContain(path);
  return verdict.wrappable ? 'none' : verdict.code;
}

describe('a program', () => {
  test('that is dynamically linked can be wrapped', () => {
    expect(obstacleTo('/bin/true')).toBe('none');
  });

  test('that is statically linked cannot', () => {
    expect(obstacleTo(programs.compile('static', 'gcc', '-static'))).toBe('static');
  });

  test('that is static-pie cannot either, and is called so', () => {
    const path = programs.compile('static-pie', 'gcc', '-static-pie');
    expect(judge(path, [], host)).toMatchObject({
      code: 'static',
      reason: expect.stringMatching(/static-pie/),
    });
  });

  test('for another machine cannot', () => {
    const foreign = readFileSync('/bin/true');
    foreign.writeUInt16LE(host.machine === 3 ? 62 : 3, 18);
    expect(obstacleTo(programs.executable('i386', foreign))).toBe('architecture');
  });

  test('for a big-endian machine cannot', () => {
    const header = Buffer.alloc(64);
    header.set([0x7f, 0x45, 0x4c, 0x46, 2, 2, 1]);
    header.writeUInt16BE(22, 18);
    const path = programs.executable('s390', header);
    expect(judge(path, [], host)).toMatchObject({
      code: 'architecture',
      reason: expect.stringMatching(/s390/),
    });
  });

  test('that is cut short cannot', () => {
    expect(
      obstacleTo(programs.executable('short', readFileSync('/bin/true').subarray(0, 70))),
    ).toBe('damaged');
  });

  test('with a note of the Go toolchain cannot', () => {
    expect(obstacleTo(programs.executable('go', withGoNote()))).toBe('go');
  });

  test('with the bytes of nothing known cannot', () => {
    expect(obstacleTo(programs.executable('bytes', Buffer.from([1, 0, 2, 3])))).toBe(
      'unknown-format',
    );
  });
});

requires(['musl-gcc'], 'a program of another libc', () => {
  test('cannot be wrapped', () => {
    expect(obstacleTo(programs.compile('musl', 'musl-gcc'))).toBe('libc');
  });
});

describe('a program that gains privileges', () => {
  const copy = (name: string, mode: number) => {
    copyFileSync('/bin/true', programs.path(name));
    chmodSync(programs.path(name), mode);
    return programs.path(name);
  };
  const other: Host = { ...host, uid: host.uid + 1, gid: host.gid + 1 };

  test('by setuid cannot be wrapped', () => {
    expect(obstacleTo(copy('setuid', 0o4755), [], other)).toBe('setuid');
  });

  test('by setuid can by its owner, who gains nothing', () => {
    expect(obstacleTo(copy('own', 0o4755))).toBe('none');
  });

  test('by setgid cannot', () => {
    expect(obstacleTo(copy('setgid', 0o2755), [], other)).toBe('setgid');
  });

  test.runIf(asRoot)('by setuid to somebody else cannot by root', () => {
    const path = copy('nobody', 0o755);
    chownSync(path, 65_534, 65_534);
    chmodSync(path, 0o4755);
    expect(obstacleTo(path)).toBe('setuid');
  });

  test.runIf(asRoot)('by capabilities cannot, but by root, who has them', () => {
    const path = copy('capable', 0o755);
    execaSync('setcap', ['cap_net_bind_service=ep', path]);
    expect(obstacleTo(path, [], other)).toBe('capabilities');
    expect(obstacleTo(path, [], { ...host, uid: 0 })).toBe('none');
  });
});

describe('a script', () => {
  test('of a dynamically linked interpreter can be wrapped', () => {
    expect(obstacleTo(programs.script('sh', '#!/bin/sh\n'))).toBe('none');
  });

  test('whose first line has blanks and an argument can', () => {
    expect(obstacleTo(programs.script('blanks', '#! \t/bin/sh -e \nexit\n'))).toBe('none');
  });

  test('without a first line of that kind is one of the shell', () => {
    const verdict = judge(programs.script('plain', 'echo\n'), [], host);
    expect(verdict).toMatchObject({
      notes: [expect.stringMatching(/is a script of \/bin\/sh/), expect.anything()],
    });
  });

  test('of a static interpreter cannot', () => {
    const interpreter = programs.compile('interpreter', 'gcc', '-static');
    expect(obstacleTo(programs.script('of-static', `#!${interpreter}\n`))).toBe('static');
  });

  test('of a script of a static interpreter cannot', () => {
    const interpreter = programs.compile('deep', 'gcc', '-static');
    const middle = programs.script('middle', `#!${interpreter}\n`);
    expect(obstacleTo(programs.script('top', `#!${middle}\n`))).toBe('static');
  });

  test('found through env is judged by what env finds', () => {
    programs.compile('found-by-env', 'gcc', '-static');
    const searchPath = `${programs.folder}:${host.searchPath}`;
    const path = programs.script('by-env', '#!/usr/bin/env found-by-env\n');
    expect(obstacleTo(path, [], { ...host, searchPath })).toBe('static');
  });

  test.each([
    ['-S -i sh', 'clears-environment'],
    ['-S sh -e', 'none'],
    ['-S A=1 sh', 'none'],
    ['-S -u LD_PRELOAD sh', 'clears-environment'],
  ])('with #!/usr/bin/env %s: %s', (words, expected) => {
    expect(obstacleTo(programs.script('env-words', `#!/usr/bin/env ${words}\n`))).toBe(expected);
  });

  test('whose interpreter is missing cannot', () => {
    expect(obstacleTo(programs.script('missing', '#!/no/such/interpreter\n'))).toBe('interpreter');
  });

  test('whose interpreter is a bare name is not run by what PATH has of that name', () => {
    expect(obstacleTo(programs.script('bare', '#!sh\n'))).toBe('interpreter');
  });

  test('that is its own interpreter cannot', () => {
    const path = programs.path('loop');
    programs.script('loop', `#!${path}\n`);
    expect(obstacleTo(path)).toBe('nested-too-deep');
  });
});

describe('a command that starts another', () => {
  test.each([
    [['-i', 'sh'], 'clears-environment'],
    [['LD_PRELOAD=', 'sh'], 'clears-environment'],
    [['-u', 'HOME', 'sh'], 'none'],
    [['-C', '/', 'sh'], 'none'],
    [['no-such-command'], 'interpreter'],
    [[], 'none'],
  ])('env %j: %s', (args, expected) => {
    expect(obstacleTo('/usr/bin/env', args)).toBe(expected);
  });

  test('and is sudo, which clears the environment, cannot be wrapped', () => {
    copyFileSync('/bin/true', programs.path('sudo'));
    chmodSync(programs.path('sudo'), 0o755);
    expect(judge(programs.path('sudo'), [], host)).toMatchObject({ code: 'clears-environment' });
  });
});

/** A dynamically linked 64-bit program of this machine, as far as its header goes, with a note of Go's. */
function withGoNote(): Buffer {
  const file = Buffer.alloc(64 + 56 + 16);
  file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  file.writeUInt16LE(2, 16);
  file.writeUInt16LE(host.machine, 18);
  file.writeBigUInt64LE(64n, 32);
  file.writeUInt16LE(56, 54);
  file.writeUInt16LE(1, 56);
  file.writeUInt32LE(4, 64);
  file.writeBigUInt64LE(120n, 64 + 8);
  file.writeBigUInt64LE(16n, 64 + 32);
  file.set([4, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0x47, 0x6f, 0, 0], 120);
  return file;
}
