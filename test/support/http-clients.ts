import { execa } from 'execa';
import { hashOf } from './hash.js';

/** GET with curl, several URLs over one connection when the server keeps it; the bodies' hashes. */
export async function curlHash(url: string, ...options: string[]): Promise<string> {
  const { stdout } = await execa('curl', ['-sS', '--fail', '--noproxy', '*', ...options, url], {
    encoding: 'buffer',
    maxBuffer: 1 << 28,
  });
  return hashOf(stdout);
}

/** How many requests ab got answered, none of them wrongly. */
export async function ab(url: string, ...options: string[]): Promise<number> {
  const { stdout } = await execa('ab', ['-q', ...options, url]);
  const number = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(stdout)?.[1] ?? 0);
  if (number('Failed requests') + number('Non-2xx responses') > 0) throw new Error(stdout);
  return number('Complete requests');
}

/** How many times curl connected for so many requests in a row. */
export async function curlConnects(url: string, times: number): Promise<number> {
  const { stdout } = await execa('curl', [
    ...['-sS', '--fail', '--noproxy', '*', '-w', '%{num_connects}\n'],
    ...Array.from({ length: times }, () => ['-o', '/dev/null', url]).flat(),
  ]);
  return stdout.split('\n').reduce((sum, line) => sum + Number(line), 0);
}
