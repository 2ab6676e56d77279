import type { Summary, Traffic } from './summary.js';

/** What `wsreplay --info` prints: a line for each thing there is to say. */
export function infoText(summary: Summary): string {
  const { facts, durationMs, toClient, fromClient, encoding, rfb, complete, damagedLines } =
    summary;
  const rows: [string, string][] = [
    ['file', summary.name],
    ...Object.entries(facts),
    ['protocol', rfb === undefined ? 'unknown' : rfb ? 'RFB' : 'other than RFB'],
    ['encoding', encoding === 'binary' ? 'binary' : 'base64, as in 2010'],
    ['duration', `${(durationMs / 1000).toFixed(3)} s`],
    ['to client', trafficText(toClient, durationMs)],
    ['from client', trafficText(fromClient, durationMs)],
    ['complete', complete ? 'yes' : 'no, it breaks off'],
  ];
  if (damagedLines > 0)
    rows.push(['damaged', `${damagedLines} ${damagedLines === 1 ? 'line' : 'lines'}, left out`]);
  return rows.map(([key, value]) => `${`${key}:`.padEnd(13)}${value}\n`).join('');
}

function trafficText({ bytes, records }: Traffic, durationMs: number): string {
  const rate = durationMs > 0 ? `, ${quantity((bytes * 1000) / durationMs)}/s` : '';
  return `${quantity(bytes)} in ${records} ${records === 1 ? 'record' : 'records'}${rate}`;
}

const UNITS = ['KiB', 'MiB', 'GiB', 'TiB'];

/** "512 bytes", "1.5 MiB". */
function quantity(bytes: number): string {
  let [value, unit] = [bytes, 'bytes'];
  for (const larger of UNITS) {
    if (value < 1024) break;
    [value, unit] = [value / 1024, larger];
  }
  if (unit !== 'bytes') return `${value.toFixed(1)} ${unit}`;
  const whole = Math.round(value);
  return whole === 1 ? '1 byte' : `${whole} bytes`;
}
