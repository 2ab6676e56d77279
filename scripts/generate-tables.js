// Writes src/native/tables.ts: the names in native/'s tables as TypeScript unions, taken from the addon just built.
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const { constants } = createRequire(import.meta.url)('../build/Release/wswrap.node');

const union = (name, values) =>
  `export type ${name} =\n${values.map((value) => `  | ${JSON.stringify(value)}`).join('\n')};\n`;

const tokens = (table) => table.map(({ token }) => token);

const text = [
  '// Generated from the tables in native/ by scripts/generate-tables.js.\n',
  union('DialectName', constants.dialects),
  union('EnvironmentKey', Object.keys(constants.environment)),
  union('LimitName', Object.keys(constants.limits)),
  union('ErrorToken', tokens(constants.errors)),
  union('RefusalToken', tokens(constants.refusals)),
].join('\n');

writeFileSync(new URL('../src/native/tables.ts', import.meta.url), text);
