import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { document, PLOTTED } from './document.js';
import { judge, sentence } from './goals.js';
import { type Options, parse } from './options.js';
import { plot } from './plot.js';
import type { Results } from './results.js';
import { measureAll } from './run.js';
import { percent, table } from './table.js';

function write(results: Results, options: Options): void {
  if (options.json !== undefined)
    writeFileSync(options.json, `${JSON.stringify(results, undefined, 2)}\n`);
  if (options.document === undefined) return;
  writeFileSync(join(options.document, 'performance.md'), document(results));
  writeFileSync(join(options.document, 'performance.svg'), plot(results, PLOTTED));
}

function print({ rows, samples, others }: Results): void {
  for (const name of new Set(rows.map(({ measurement }) => measurement)))
    console.log(table(rows.filter(({ measurement }) => measurement === name)));
  for (const verdict of judge(samples)) console.log(sentence(verdict));
  console.log(`Others have kept ${percent(others)} of the machine busy meanwhile.`);
}

const options = parse();
const results =
  options.from === undefined
    ? await measureAll(options)
    : (JSON.parse(readFileSync(options.from, 'utf8')) as Results);
print(results);
write(results, options);
