/* Connects to where the page came from, over TLS when the page did, also behind a proxy that adds a path. */
import { connect } from './vnc/screen.js';

const url = new URL('.', location.href);
url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
connect(url.href, { fit: true });
