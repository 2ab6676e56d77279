import { existsSync } from 'node:fs';
import { messageOf } from '../error.js';
import { type Elf, readElf } from './elf.js';
import { type Host, libcOf } from './host.js';
import { machineName } from './machine.js';
import { gainedPrivileges } from './privileges.js';
import { obstacle, type Verdict, wrappable } from './verdict.js';

/** Whether something can be preloaded into this ELF program. */
export function judgeElf(path: string, host: Host): Verdict {
  let elf: Elf;
  try {
    elf = readElf(path);
  } catch (error) {
    return obstacle(
      'damaged',
      `${path} is not a whole program: ${messageOf(error)}`,
      'Install it again.',
    );
  }
  return (
    foreign(path, elf, host) ??
    linkage(path, elf, host) ??
    gainedPrivileges(path, host) ??
    fine(path, elf)
  );
}

function foreign(path: string, elf: Elf, host: Host): Verdict | undefined {
  if (elf.machine === host.machine && elf.bits === host.bits) return undefined;
  return obstacle(
    'architecture',
    `${path} is a program for ${machineName(elf)}, the library of wswrap is for ${machineName(host)}`,
    `Use a build of it for ${machineName(host)}.`,
  );
}

function linkage(path: string, elf: Elf, host: Host): Verdict | undefined {
  if (elf.go) {
    return obstacle(
      'go',
      `${path} is a Go program, which calls the kernel without libc, where wswrap stands`,
      'Go programs usually can speak WebSocket themselves; else put a WebSocket proxy before it.',
    );
  }
  if (elf.interpreter === undefined) {
    return obstacle(
      'static',
      `${path} is statically linked${elf.relocatable ? ' (static-pie)' : ''}, so nothing can be preloaded into it`,
      'Use a dynamically linked build of it, or put a WebSocket proxy before it.',
    );
  }
  return loader(path, elf.interpreter, host);
}

function loader(path: string, interpreter: string, host: Host): Verdict | undefined {
  const libc = libcOf(interpreter);
  if (libc !== host.libc) {
    return obstacle(
      'libc',
      `${path} is linked with ${libc} (${interpreter}), the library of wswrap with ${host.libc}`,
      `Use a build of it for ${host.libc}, or wswrap built on a system with ${libc}.`,
    );
  }
  if (existsSync(interpreter)) return undefined;
  return obstacle(
    'interpreter',
    `${path} needs ${interpreter}, which is not there`,
    'Install its libc.',
  );
}

function fine(path: string, elf: Elf): Verdict {
  const notes = [`${path} is a dynamically linked program for ${machineName(elf)}`];
  const ring = elf.needed.find((library) => library.startsWith('liburing'));
  if (ring !== undefined)
    notes.push(
      `it is linked with ${ring}: connections that it serves through io_uring cannot be seen by wswrap; if it has an option for epoll or poll instead, use that`,
    );
  return wrappable(...notes);
}
