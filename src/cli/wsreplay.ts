import { createWriteStream } from 'node:fs';
import { access, constants as access_constants } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { CommanderError } from 'commander';
import { messageOf, WswrapError } from '../error.js';
import { convert } from '../recording/convert.js';
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
  await access(path, access_constants.R_OK).catch((error: Error) => {
    throw new WswrapError('bad-option', `${path} cannot be read: ${error.message}`, error);
  });
  if (values.info) return print(infoText(await summarize(path)));
  if (values.to2010 || values.toBinary) return await runConvert(path, values);
  if (values.output !== undefined) {
    throw new WswrapError('bad-option', '--output goes with --to-2010 or --to-binary.');
  }
  await servePlayer({ path, host: values.host, port: values.port }, (address) => {
    print(`Open  ${address}  in a browser. Ctrl-C ends wsreplay.\n`);
  });
}

async function runConvert(path: string, { to2010, output }: ReplayValues): Promise<void> {
  const out =
    output === undefined ? process.stdout : createWriteStream(output, { flags: 'wx', mode: 0o600 });
  const failed = new Promise<never>((_, reject) => out.on('error', reject));
  const damaged = await Promise.race([convert(path, to2010 ? 'base64' : 'binary', out), failed]);
  if (out !== process.stdout) {
    out.end();
    await Promise.race([finished(out), failed]);
  }
  if (damaged > 0) process.stderr.write(`wsreplay: ${damaged} damaged lines were left out\n`);
}

function print(text: string): void {
  process.stdout.write(text);
}
