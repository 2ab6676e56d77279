import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Client } from '../support/client/index.js';
import { Random } from '../support/random.js';
import { requires } from '../support/requires.js';
import { allDialects } from '../support/styles.js';
import { wrapCommand } from '../support/wrapped.js';

requires(['/usr/bin/python3'], 'python3 -m http.server', () => {
  test.for(allDialects)(
    'serves a file as a stream of bytes to a %s client, and then closes',
    async (dialect) => {
      const folder = mkdtempSync(join(tmpdir(), 'wswrap-'));
      onTestFinished(() => rmSync(folder, { recursive: true }));
      const file = new Random(1).bytes(3 << 20);
      writeFileSync(join(folder, 'file'), file);
      const server = await wrapCommand((port) => [
        ...[
          '/usr/bin/python3',
          '-m',
          'http.server',
          `${port}`,
          '--bind',
          '127.0.0.1',
          '--directory',
          folder,
        ],
      ]);
      for (let times = 0; times < 3; times++) {
        const client = await Client.open(server.port, { dialect });
        await client.send('GET /file HTTP/1.0\r\nHost: anything\r\n\r\n');
        const { data, code } = await client.receiveToClose();
        const body = data.indexOf('\r\n\r\n') + 4;
        expect(data.toString('latin1', 0, body)).toMatch(/^HTTP\/1\.0 200 OK\r\n/);
        expect(data.subarray(body).equals(file)).toBe(true);
        expect(code).toBe(dialect.startsWith('hixie') ? 0 : 1000);
      }
    },
  );
});
