import { bridged, throughBridge } from './bridge.js';
import type { Measurement, Workload } from './measurement.js';
import { installed } from './subjects.js';

/** What bench-rfb prints. */
interface Updates {
  readonly updates: number;
  readonly seconds: number;
  /** Those before it began to measure, too. */
  readonly all: number;
}

const GEOMETRY = '640x480';

/** Whole pictures, uncompressed, as a viewer on the same machine asks for them: 1.2 MB each. */
const pictures: Measurement = {
  name: `VNC, ${GEOMETRY}`,
  group: `Xtigervnc, whole pictures of ${GEOMETRY}, raw, through a bridge`,
  unit: '/s',
  better: 'more',
  suits: bridged,
  measure: (subject, seconds) =>
    throughBridge(subject, {
      command: (port) => ['build/bench-native/bench-rfb', `${port}`, `${seconds}`],
      found(output) {
        if (output === '') return undefined;
        const { updates, seconds: took, all } = JSON.parse(output) as Updates;
        return { value: updates / took, count: all };
      },
    }),
};

export const vnc: Workload = {
  available: () => installed('Xtigervnc'),
  server: {
    command: (port) => [
      // The X server chooses a display, and closes the descriptor that it has told it by.
      ...['sh', '-c', 'exec Xtigervnc -displayfd 3 "$@" 3>/dev/null', 'sh'],
      ...['-rfbport', `${port}`, '-localhost', '-SecurityTypes', 'None'],
      // With a pattern: a picture of one colour would hide bytes that are in the wrong place.
      ...['-geometry', GEOMETRY, '-depth', '24', '-retro'],
    ],
  },
  measurements: [pictures],
};
