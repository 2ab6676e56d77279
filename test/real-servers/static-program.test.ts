import { expect, test } from 'vitest';
import {
  Connection,
  makeFrame,
  makeOpening,
  readResponse,
  readToEnd,
} from '../support/client/index.js';
import { RealServer } from '../support/real-server.js';
import { requires } from '../support/requires.js';
import { catalogue } from './catalogue.js';

requires(['tcpserver'], 'tcpserver and a static program', () => {
  test('end the connection, which the program cannot use', async () => {
    const server = await RealServer.start(catalogue.tcpserverStatic);
    const connection = await Connection.open(server.port);
    const opening = makeOpening(server.port);
    await connection.write(opening.request);
    await opening.verify(await readResponse(connection), connection);
    await connection.write(makeFrame(Buffer.from('quit\n')));
    const rest = await readToEnd(connection);
    console.log(rest.toString('latin1'), server.wrapped.errors.all);
    expect(connection.wasReset).toBe(false);
    await server.finish();
  });
});
