// Goes to the background as daemons do, and listens there after a while. Prints the daemon's number.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const [port, seconds] = process.argv.slice(2);
const listen = fileURLToPath(new URL('./listen.mjs', import.meta.url));
const words = ['-c', 'sleep 0.3; exec "$0" "$@"', process.execPath, listen, port, seconds];
const daemon = spawn('sh', words, { detached: true, stdio: 'ignore' });
daemon.unref();
console.log(daemon.pid);
