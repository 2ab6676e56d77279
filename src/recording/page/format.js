/** "1:02:03.4", "2:03.4". */
export function time(ms) {
  const tenths = Math.floor(ms / 100);
  const [hours, minutes, seconds] = [
    Math.floor(tenths / 36000),
    Math.floor(tenths / 600) % 60,
    ((tenths % 600) / 10).toFixed(1).padStart(4, '0'),
  ];
  return hours > 0
    ? `${hours}:${String(minutes).padStart(2, '0')}:${seconds}`
    : `${minutes}:${seconds}`;
}

/** "512 bytes", "1.5 MiB". */
export function quantity(bytes) {
  const power = bytes < 1024 ? 0 : Math.min(4, Math.floor(Math.log2(bytes) / 10));
  if (power > 0) return `${(bytes / 1024 ** power).toFixed(1)} ${' KMGT'[power]}iB`;
  const whole = Math.round(bytes);
  return whole === 1 ? '1 byte' : `${whole} bytes`;
}
