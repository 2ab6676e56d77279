import { messageOf, WswrapError } from '../error.js';
import { endLike } from '../launcher/ending.js';
import { launch } from '../launcher/launch.js';
import { check } from './check.js';
import { parse } from './parse.js';

/** Runs wswrap with the words after its name; the result is its exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  // Nobody reads what we say: no reason to end the command.
  process.stderr.on('error', () => {});
  try {
    return await run(argv);
  } catch (error) {
    report(messageOf(error));
    return error instanceof WswrapError ? error.exitCode : 1;
  }
}

async function run(argv: readonly string[]): Promise<number> {
  const request = parse(argv);
  if (request.kind === 'print') return print(request.text.trimEnd(), 0);
  if (request.kind === 'launch') return endLike(await launch(request.launch, report));
  const { text, exitCode } = check(request.command, request.args);
  return print(text, exitCode);
}

function print(text: string, exitCode: number): number {
  process.stdout.write(`${text}\n`);
  return exitCode;
}

function report(message: string): void {
  process.stderr.write(`wswrap: ${message}\n`);
}
