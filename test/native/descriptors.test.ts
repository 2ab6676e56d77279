import { closeSync, fstatSync, readFileSync, writeSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { addon, constants } from '../../src/native/addon.js';

const CLOSE_ON_EXEC = 0o2000000;

function closedOnExec(fd: number): boolean {
  const flags = /^flags:\s+(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1'))?.[1];
  return (Number.parseInt(flags ?? '', 8) & CLOSE_ON_EXEC) !== 0;
}

describe('a descriptor for the tree', () => {
  test('is out of the way of programs, and inherited', () => {
    const fd = addon.duplicateHigh(2);
    expect(fd).toBeGreaterThanOrEqual(constants.limits.fdFloor);
    expect(closedOnExec(fd)).toBe(false);
    closeSync(fd);
  });

  test('cannot be made of one that is not open', () => {
    expect(() => addon.duplicateHigh(100_000)).toThrow(
      expect.objectContaining({ code: 'EBADF', syscall: 'fcntl' }),
    );
  });
});

describe('the pair of sockets for log lines', () => {
  test('has one end for us and one for the tree', () => {
    const [ours, theirs] = addon.logSocketPair();
    expect(closedOnExec(ours)).toBe(true);
    expect(closedOnExec(theirs)).toBe(false);
    expect(theirs).toBeGreaterThanOrEqual(constants.limits.fdFloor);
    expect(fstatSync(theirs).isSocket()).toBe(true);
    expect(writeSync(theirs, 'line\n')).toBe(5);
    closeSync(ours);
    closeSync(theirs);
  });
});

describe('the shared state', () => {
  test('has no listeners at first', () => {
    const fd = addon.stateCreate();
    expect(closedOnExec(fd)).toBe(false);
    expect(addon.stateListeners(fd)).toEqual([]);
    closeSync(fd);
  });

  test('is not what another file is', () => {
    expect(() => addon.stateListeners(2)).toThrow();
  });
});
