// Says "ready", counts a signal for a moment after its first, says how often it came.
const [signal] = process.argv.slice(2);
const alive = setInterval(() => {}, 1000);
let count = 0;
process.on(signal, () => {
  count += 1;
  if (count > 1) return;
  setTimeout(() => {
    console.log(`${signal} came ${count} time(s)`);
    clearInterval(alive);
    process.exit(0);
  }, 300);
});
console.log('ready');
