import { main } from '../dist/wrap-relay/main.js';

main();
