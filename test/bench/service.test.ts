import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { freePort } from '../support/free-port.js';
import { server as benchServer } from './load-program.js';
import { answers, Service, until } from './service.js';
import { PLAIN, startSubjects } from './subjects.js';

test('A service that has ended by a signal can be stopped', async () => {
  const port = await freePort();
  const service = await Service.start(port, [benchServer, `${port}`]);
  process.kill(service.session, 'SIGKILL');
  // Node knows of its end.
  const isThere = () => existsSync(`/proc/${service.session}`);
  await expect.poll(isThere, { timeout: 10_000 }).toBe(false);
  await service.stop();
});

test('A service that a signal ends before it listens is not waited for', async () => {
  const begun = Date.now();
  const started = Service.start(await freePort(), ['sh', '-c', 'kill -KILL $$']);
  await expect(started).rejects.toThrow('does not listen');
  expect(Date.now() - begun).toBeLessThan(10_000);
});

test('What does not come in time is told by a sentence', async () => {
  await expect(until(() => false, 'It has not come', 30)).rejects.toThrow('It has not come');
});

test('When one subject cannot start, those before it are stopped', async () => {
  const ports: number[] = [];
  const command = (port: number) => {
    ports.push(port);
    return ports.length === 1 ? [benchServer, `${port}`] : ['false'];
  };
  const wanted = (name: string) => [PLAIN, 'wswrap'].includes(name);
  await expect(startSubjects({ command }, wanted)).rejects.toThrow('does not listen');
  expect(ports).toHaveLength(2);
  expect(await answers(ports[0] ?? 0)).toBe(false);
});

test('A server that does not get ready is stopped', async () => {
  let listens = 0;
  const command = (port: number) => {
    listens = port;
    return [benchServer, `${port}`];
  };
  const ready = () => Promise.reject(new Error('It is not ready'));
  const started = startSubjects({ command, ready }, () => false);
  await expect(started).rejects.toThrow('It is not ready');
  expect(await answers(listens)).toBe(false);
});
