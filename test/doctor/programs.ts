import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execaSync } from 'execa';

/** Makes files to be judged, in a folder of their own. */
export class Programs {
  readonly folder = mkdtempSync(join(tmpdir(), 'wswrap-doctor-'));

  path(name: string): string {
    return join(this.folder, name);
  }

  script(name: string, text: string): string {
    return this.executable(name, Buffer.from(text));
  }

  executable(name: string, contents: Buffer): string {
    writeFileSync(this.path(name), contents);
    chmodSync(this.path(name), 0o755);
    return this.path(name);
  }

  compile(name: string, compiler: string, ...flags: string[]): string {
    const source = 'int main(void) { return 0; }';
    execaSync(compiler, ['-x', 'c', '-', '-o', this.path(name), ...flags], { input: source });
    return this.path(name);
  }
}
