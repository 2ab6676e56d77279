import { asWswrapError } from '../error.js';
import { startDaemon } from '../proxy/daemon.js';
import { run } from '../proxy/run.js';
import { activatedFds, isSupervised } from '../proxy/service-manager.js';
import { parseProxy } from './wsproxy-parse.js';

/** Runs wsproxy with the words after its name; the result is its exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  // Nobody reads what we say: no reason to end.
  process.stderr.on('error', () => {});
  try {
    await serve(argv);
    return 0;
  } catch (error) {
    const { message, exitCode } = asWswrapError(error);
    process.stderr.write(`wsproxy: ${message}\n`);
    return exitCode;
  }
}

async function serve(argv: readonly string[]): Promise<void> {
  const request = parseProxy(argv, {
    activated: activatedFds(process.env).length > 0,
    supervised: isSupervised(process.env, process.stdin.isTTY || process.stderr.isTTY),
  });
  if (request.kind === 'print') print(request.text.trimEnd());
  else if (request.foreground) await run(request.settings, () => {});
  else print(`wsproxy: ${await startDaemon(request.settings)}`);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
