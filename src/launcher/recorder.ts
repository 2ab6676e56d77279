import { spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { addon } from '../native/addon.js';
import type { Settings } from './settings.js';

const program = fileURLToPath(new URL('../../build/Release/wswrap-recorder', import.meta.url));

export interface RecorderOrder {
  readonly stateFd: number;
  readonly logFd: number;
  /** Of the recordings' numbers. */
  readonly counterFd: number;
  readonly settings: Settings;
}

/** The process that writes the recordings of a wrapped tree. It ends with the tree. */
export interface Recorder {
  /** For the library; inherited over exec. */
  readonly fd: number;
  readonly pid: number | undefined;
  /** To be called when the command is started: the launcher's own hold on `fd` is given up. */
  handedOver(): void;
}

/** Starts the recorder if --record is given. */
export function startRecorder(order: RecorderOrder): Recorder | undefined {
  const { stateFd, logFd, counterFd, settings } = order;
  const file = settings.services.record;
  if (file === undefined) return undefined;
  const [notices, fd] = addon.noticeSocketPair();
  const child = spawn(program, [settings.logFormat, file], {
    cwd: '/',
    detached: true,
    stdio: ['ignore', 'ignore', 'ignore', notices, stateFd, logFd, counterFd],
  });
  child.on('error', () => {}).unref();
  closeSync(notices);
  return { fd, pid: child.pid, handedOver: () => closeSync(fd) };
}
