#!/usr/bin/env node
import { existsSync } from 'node:fs';

const missing = ['dist/demo/main.js', 'build/Release/libwswrap.so'].filter(
  (path) => !existsSync(new URL(`../${path}`, import.meta.url)),
);
if (missing.length > 0) {
  console.error(
    `wswrap is not built yet (there is no ${missing.join(' and no ')}). Type:\n\n  npm ci\n`,
  );
  process.exitCode = 1;
} else {
  const { main } = await import('../dist/demo/main.js');
  process.exitCode = await main(process.argv.slice(2));
}
