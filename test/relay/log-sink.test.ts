import { expect, test } from 'vitest';
import { SyslogSink } from '../../src/relay/log-sink.js';
import { Program } from '../support/process.js';
import { temporaryFolder } from '../support/temporary-folder.js';

test('lines go to the system log in the form that local loggers take', async () => {
  const path = `${temporaryFolder()}/log`;
  const logger = new Program('/usr/bin/python3', ['-u', 'test/support/python/notified.py', path]);
  await logger.output.line(/^ready/);
  const sink = new SyslogSink('wsproxy', path);
  sink.write('wsproxy: opened 127.0.0.1:1', 'info');
  sink.write('wsproxy: warning', 'warning');
  const head = `[A-Z][a-z]{2} [ \\d]\\d \\d\\d:\\d\\d:\\d\\d wsproxy\\[${process.pid}\\]: wsproxy:`;
  await logger.output.line(new RegExp(`^<30>${head} opened 127\\.0\\.0\\.1:1$`));
  await logger.output.line(new RegExp(`^<28>${head} warning$`));
});

test('without a logger lines are lost, and nothing else', () => {
  expect(() => new SyslogSink('wsproxy', '/nowhere/log').write('line', 'info')).not.toThrow();
});
