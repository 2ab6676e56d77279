import { test } from 'vitest';
import { converse } from '../support/conversation.js';
import { freePort } from '../support/free-port.js';
import { RealServer } from '../support/real-server.js';
import { requires } from '../support/requires.js';
import { catalogue } from './catalogue.js';

const CONFIGURATION = `
127.0.0.1:PORT stream tcp nowait.200 USER PROGRAMS/lines.sh lines.sh
127.0.0.1:SECOND stream tcp nowait.200 USER BUILT/lines_stdio lines_stdio
`;

requires(['inetd'], 'inetd', () => {
  test('runs a shell script and a C program for clients of two ports, eight at once', async () => {
    const second = await freePort();
    const server = await RealServer.start(catalogue.inetd, {
      ports: [second],
      files: { 'inetd.conf': CONFIGURATION },
      words: { SECOND: second, USER: process.env['USER'] ?? 'root' },
    });
    await server.wrapped.logged('listening', {}, 2);
    await converse(server.port);
    await converse(second);
    await server.settle();
    const eight = [1, 2, 3, 4, 5, 6, 7, 8].map((i) => converse(i % 2 ? second : server.port));
    await Promise.all(eight);
    await server.finish();
  });
});
