import { fileURLToPath } from 'node:url';
import { execa, type ResultPromise } from 'execa';

const OPTIONS = {
  stdin: 'ignore',
  stdout: 'pipe',
  stderr: 'inherit',
  buffer: false,
  reject: false,
  forceKillAfterDelay: 3000,
} as const;

export type WrappedServer = ResultPromise<typeof OPTIONS>;

/** Runs the demo's server as a user would: `wswrap PORT node rfb-server.js PORT`. */
export function startWrapped(port: number, wswrapOption: string): WrappedServer {
  const wswrap = fileURLToPath(new URL('../../bin/wswrap.js', import.meta.url));
  const server = fileURLToPath(new URL('../../dist/demo/rfb-server.js', import.meta.url));
  const command = [process.execPath, server, String(port)];
  return execa(process.execPath, [wswrap, wswrapOption, String(port), ...command], OPTIONS);
}

/** Reads what the server prints, hands each line to `line`, and resolves when it says that it listens: to true then, and
 * to false when it ends without that. */
export async function untilListening(
  server: WrappedServer,
  line: (line: string) => void,
): Promise<boolean> {
  return await new Promise((resolve) => {
    const read = async () => {
      for await (const words of server) {
        if (words.startsWith('listening on ')) resolve(true);
        else line(words);
      }
      resolve(false);
    };
    read().catch(() => resolve(false));
  });
}
