import { asWswrapError } from '../error.js';
import type { DaemonAnswer, DaemonOrder } from './messages.js';
import { run } from './run.js';

/* The main program of a proxy in the background. It is told once what to do, and answers once. */

process.stderr.on('error', () => {});
process.once('message', ({ settings }: DaemonOrder) => {
  run(settings, (description) => tell({ kind: 'ready', description })).catch((error: unknown) => {
    const { code, message, exitCode } = asWswrapError(error);
    process.exitCode = exitCode;
    tell({ kind: 'failed', code, message });
  });
});

function tell(answer: DaemonAnswer): void {
  // After the answer nobody listens any more, and nothing here keeps the process alive but its work.
  process.send?.(answer, () => process.connected && process.disconnect());
}
