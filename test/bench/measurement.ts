import type { Server, Subject } from './subjects.js';

export interface Value {
  readonly value: number;
  /** Time of CPU, of all processes but the load: seconds for each gigabyte, or microseconds for each request. */
  readonly cpu?: number;
  /** Parts of the time that the server, with what stands before it, and the load have had a CPU for. */
  readonly busy?: { readonly server: number; readonly load?: number };
}

export interface Measurement {
  /** "echo 1024 B, 32 connections": what it is called everywhere. */
  readonly name: string;
  /** What it is shown together with. */
  readonly group: string;
  readonly unit: string;
  readonly better: 'more' | 'less';
  /** How often, when that is not left to the user. */
  readonly rounds?: number;
  /** False when it cannot be measured with that subject. */
  readonly suits?: (subject: Subject) => boolean;
  /** Resolves to undefined when nothing came of it. */
  readonly measure: (subject: Subject, seconds: number) => Promise<Value | undefined>;
}

/** Measurements that are made with one server. */
export interface Workload {
  /** False when something that it needs is not installed. */
  readonly available?: () => boolean;
  readonly server: Server;
  readonly measurements: readonly Measurement[];
}

/** One value of one subject. */
export interface Sample extends Value {
  readonly measurement: string;
  readonly subject: string;
  readonly round: number;
}
