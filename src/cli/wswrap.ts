import { messageOf, WswrapError } from '../error.js';
import { endLike } from '../launcher/ending.js';
import { launch } from '../launcher/launch.js';
import type { Launch } from '../launcher/settings.js';
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
  if (request.kind === 'launch') return runWrapped(request.launch);
  const { text, exitCode } = check(request.command, request.args);
  return print(text, exitCode);
}

async function runWrapped(order: Launch): Promise<number> {
  const json = order.settings.logFormat === 'json';
  return endLike(await launch(order, json ? reportJson : report));
}

function print(text: string, exitCode: number): number {
  process.stdout.write(`${text}\n`);
  return exitCode;
}

function report(message: string): void {
  process.stderr.write(`wswrap: ${message}\n`);
}

/** Among the library's lines, which are JSON then. */
function reportJson(message: string): void {
  process.stderr.write(`${JSON.stringify({ event: 'not-listening', message })}\n`);
}
