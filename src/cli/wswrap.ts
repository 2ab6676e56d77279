import { addon } from '../native/addon.js';

export async function main(argv: readonly string[]): Promise<number> {
  process.stdout.write(`wswrap ${addon.constants.version} ${argv.join(' ')}\n`);
  return 0;
}
