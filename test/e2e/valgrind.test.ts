import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Client, Connection, echo, makeFrame } from '../support/client/index.js';
import { requires } from '../support/requires.js';
import { dialects, styles } from '../support/styles.js';
import { wrapServer } from '../support/wrapped.js';

/** What valgrind says about the program; lines that begin with dashes are about valgrind itself. */
function complaints(file: string): string[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '' && !line.startsWith('--'));
}

requires(['valgrind'], 'Valgrind has nothing to say', () => {
  test.for(styles)('about a server with $style', async ({ server: name, words }) => {
    const folder = mkdtempSync(join(tmpdir(), 'wswrap-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const valgrind = [
      'valgrind',
      '--quiet',
      '--trace-children=yes',
      '--error-exitcode=99',
      `--log-file=${folder}/%p`,
    ];
    const server = await wrapServer(name, words, { under: [...valgrind, '--track-fds=no'] });
    for (const [index, { opening }] of dialects.entries()) {
      const client = await Client.open(server.port, { ...opening, pieces: [20] });
      await echo(client, { bytes: 1 << 18, seed: index + 1 });
      if (opening.dialect === 'rfc6455') await client.ping('x');
      await client.close();
      await server.ended(index + 1);
    }
    const refused = await Connection.open(server.port);
    await refused.write(Buffer.from('GET / HTTP/1.1\r\n\r\n'));
    const bad = await Client.open(server.port);
    await bad.sendBytes(makeFrame(Buffer.alloc(3), { rsv: 0x40 }));
    await server.ended(dialects.length + 1);
    await server.stop();
    for (const file of readdirSync(folder)) expect(complaints(join(folder, file))).toEqual([]);
  });
});
