import { readElf } from './elf.js';

export type Libc = 'glibc' | 'musl' | 'another libc';

/** What a program must have in common with the library, and who we are. */
export interface Host {
  readonly machine: number;
  readonly bits: 32 | 64;
  readonly libc: Libc;
  readonly uid: number;
  readonly gid: number;
  /** As in PATH. */
  readonly searchPath: string | undefined;
}

/** Which libc a dynamic loader belongs to. */
export function libcOf(loader: string): Libc {
  if (/\/ld-musl-[^/]*$/.test(loader)) return 'musl';
  if (/\/ld(-linux[^/]*|64)\.so\.\d+$/.test(loader)) return 'glibc';
  return 'another libc';
}

/** This process: the library was built on this machine, for the libc that Node runs on. */
export function thisHost(): Host {
  const { machine, bits, interpreter } = readElf(process.execPath);
  return {
    machine,
    bits,
    libc: interpreter === undefined ? 'glibc' : libcOf(interpreter),
    uid: process.getuid?.() ?? 0,
    gid: process.getgid?.() ?? 0,
    searchPath: process.env['PATH'],
  };
}
