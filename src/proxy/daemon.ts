import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { messageOf, WswrapError } from '../error.js';
import type { DaemonAnswer } from './messages.js';
import type { ProxySettings } from './settings.js';

const PROGRAM = fileURLToPath(new URL('./daemon-process.js', import.meta.url));

/**
 * Starts the proxy in the background: in a session of its own, without the terminal, in the root folder so that it is in
 * nobody's way. Resolves to a line about it once it listens. Rejects with the WswrapError that it has met before that.
 */
export async function startDaemon(settings: ProxySettings): Promise<string> {
  const { to } = settings.log;
  const output = typeof to === 'object' ? openLogFile(to.file) : 'ignore';
  const child = fork(PROGRAM, [], {
    detached: true,
    cwd: '/',
    stdio: ['ignore', output, output, 'ipc'],
  });
  if (typeof output === 'number') closeSync(output);
  try {
    const answer = await firstAnswer(child, settings);
    if (answer.kind === 'ready') return answer.description;
    throw new WswrapError(answer.code, answer.message);
  } finally {
    if (child.connected) child.disconnect();
    child.unref();
  }
}

async function firstAnswer(child: ChildProcess, settings: ProxySettings): Promise<DaemonAnswer> {
  const ended = once(child, 'exit').then(([code, signal]) => {
    throw new WswrapError(
      'system',
      `the background process has ended: ${signal ?? `exit code ${code}`}`,
    );
  });
  const answered = once(child, 'message').then(([answer]) => answer as DaemonAnswer);
  child.send({ settings });
  return await Promise.race([answered, ended]);
}

/** For what Node itself may have to say of an error that nobody has foreseen. */
function openLogFile(path: string): number {
  try {
    return openSync(path, 'a', 0o640);
  } catch (error) {
    throw new WswrapError(
      'bad-option',
      `--log-file ${path} cannot be opened: ${messageOf(error)}`,
      error,
    );
  }
}
