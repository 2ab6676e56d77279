import { access, constants as access_constants, open, rm, stat } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { CommanderError } from 'commander';
import { messageOf, WswrapError } from '../error.js';
import { convert } from '../recording/convert.js';
import type { Encoding } from '../recording/entry.js';
import { infoText } from '../recording/info.js';
import { servePlayer } from '../recording/serve-player.js';
import { summarize } from '../recording/summary.js';
import { type ReplayValues, replayProgram } from './wsreplay-program.js';

/** Runs wsreplay with the words after its name; the result is its exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  try {
    const line = replayProgram().parse(argv, { from: 'user' });
    await run(line.args[0] ?? '', line.opts<ReplayValues>());
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    process.stderr.write(`wsreplay: ${messageOf(error)}\n`);
    return error instanceof WswrapError ? error.exitCode : 1;
  }
}

async function run(path: string, values: ReplayValues): Promise<void> {
  await check(path);
  if (values.to2010 || values.toBinary) return await runConvert(path, values);
  if (values.output !== undefined) {
    throw new WswrapError('bad-option', '--output goes with --to-2010 or --to-binary.');
  }
  if (values.info) return await print(infoText(await summarize(path)));
  await servePlayer({ path, host: values.host, port: values.port }, (address) => {
    /* Whoever has closed our output knows the port. */
    print(`Open  ${address}  in a browser. Ctrl-C ends wsreplay.\n`).catch(() => {});
  });
}

async function check(path: string): Promise<void> {
  await access(path, access_constants.R_OK).catch((error: Error) => {
    throw new WswrapError('bad-option', `${path} cannot be read: ${error.message}`, error);
  });
  if ((await stat(path)).isDirectory()) {
    throw new WswrapError(
      'bad-option',
      `${path} is a folder. Give one of the files that --record has written.`,
    );
  }
}

async function runConvert(path: string, { to2010, output }: ReplayValues): Promise<void> {
  const to = to2010 ? 'base64' : 'binary';
  const damaged = await (output === undefined
    ? convertTo(process.stdout, path, to)
    : convertToFile(output, path, to));
  if (damaged > 0) process.stderr.write(`wsreplay: ${damaged} damaged lines were left out\n`);
}

/** Half a file would be taken for a recording, and would be in the way of the next attempt. */
async function convertToFile(output: string, path: string, to: Encoding): Promise<number> {
  const stream = (await open(output, 'wx', 0o600)).createWriteStream();
  try {
    const damaged = await convertTo(stream, path, to);
    stream.end();
    await finished(stream);
    return damaged;
  } catch (error) {
    await rm(output, { force: true });
    throw error;
  }
}

async function convertTo(stream: Writable, path: string, to: Encoding): Promise<number> {
  const failed = new Promise<never>((_, reject) => stream.on('error', reject));
  return await Promise.race([convert(path, to, stream), failed]);
}

/** Rejects when nobody takes the text. */
function print(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout
      .once('error', reject)
      .write(text, (error) => (error ? reject(error) : resolve()));
  });
}
