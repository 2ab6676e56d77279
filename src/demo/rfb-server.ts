/* The program that the demo wraps: `node rfb-server.js PORT`. It listens on 127.0.0.1 and speaks RFB over plain TCP; of
 * WebSocket it knows nothing. */
import { Show } from './show.js';

const port = Number(process.argv[2]);
const show = new Show((line) => console.log(line));

show.tcp.on('error', (error) => {
  console.error(`rfb-server: ${error.message}`);
  process.exitCode = 1;
});
show.tcp.listen(port, '127.0.0.1', () => {
  console.log(`listening on port ${port}`);
});
