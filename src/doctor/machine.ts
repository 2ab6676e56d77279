const names: Readonly<Record<number, string>> = {
  3: 'i386',
  8: 'MIPS',
  20: 'PowerPC',
  21: '64-bit PowerPC',
  22: 's390',
  40: 'ARM',
  62: 'x86-64',
  183: 'AArch64',
  243: 'RISC-V',
  258: 'LoongArch',
};

/** "x86-64", "32-bit x86-64" (x32), "machine 77". */
export function machineName({ machine, bits }: { machine: number; bits: 32 | 64 }): string {
  const name = names[machine] ?? `machine ${machine}`;
  return machine === 62 && bits === 32 ? `32-bit ${name}` : name;
}
