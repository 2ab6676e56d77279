import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { hashOf } from '../support/hash.js';
import { ab, curlConnects, curlHash } from '../support/http-clients.js';
import { Random } from '../support/random.js';
import { makeFolder, RealServer } from '../support/real-server.js';
import { requires } from '../support/requires.js';
import { catalogue } from './catalogue.js';

const CONFIGURATION = `
<IfDefine PREFORK>
LoadModule mpm_prefork_module /usr/lib/apache2/modules/mod_mpm_prefork.so
</IfDefine>
<IfDefine !PREFORK>
LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
</IfDefine>
LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
ServerName localhost
ServerTokens Major
Listen 127.0.0.1:PORT
PidFile DIR/pid
Mutex file:DIR
DefaultRuntimeDir DIR
User www-data
Group www-data
ErrorLog DIR/error.log
LogLevel warn
LogFormat "%h:%{remote}p %r %>s" short
CustomLog DIR/access.log short
DocumentRoot DIR/files
KeepAlive On
KeepAliveTimeout 60
MaxKeepAliveRequests 1000
StartServers 2
<Directory DIR/files/sendfile>
  EnableSendfile On
</Directory>
<Directory DIR/files/copied>
  EnableSendfile Off
  EnableMMAP Off
</Directory>
`;

requires(['apache2', 'ab', 'curl'], 'Apache httpd', () => {
  describe.for([
    { model: 'prefork', entry: catalogue.apachePrefork },
    { model: 'event', entry: catalogue.apacheEvent },
  ])('with the model $model', ({ entry }) => {
    test('serves files by sendfile and without, keeps connections, stands ab, logs real peers', async () => {
      const folder = makeFolder();
      const file = new Random(4).bytes(10 << 20);
      for (const name of ['sendfile', 'copied']) {
        mkdirSync(`${folder}/files/${name}`, { recursive: true });
        writeFileSync(`${folder}/files/${name}/large`, file);
        writeFileSync(`${folder}/files/${name}/small`, 'small\n');
      }
      const files = { 'apache2.conf': CONFIGURATION };
      const server = await RealServer.start(entry, { folder, files });
      const bridge = await server.bridge();
      const url = `http://127.0.0.1:${bridge.port}`;
      const { stdout } = await execa('curl', ['-sS', '--noproxy', '*', `${url}/copied/small`]);
      expect(stdout).toBe('small');
      const peer = bridge.connections[0]?.peer;
      await server.settle();
      for (const name of ['sendfile', 'copied']) {
        expect(await curlConnects(`${url}/${name}/small`, 20)).toBe(1);
        const hashes = [1, 2, 3, 4].map(() => curlHash(`${url}/${name}/large`));
        expect(new Set(await Promise.all(hashes))).toEqual(new Set([hashOf(file)]));
      }
      expect(await ab(`${url}/sendfile/small`, '-k', '-n', '1000', '-c', '8')).toBe(1000);
      expect(await ab(`${url}/copied/small`, '-n', '200', '-c', '8')).toBe(200);
      expect(readFileSync(server.file('access.log'), 'utf8')).toMatch(
        `${peer} GET /copied/small HTTP/1.1 200\n`,
      );
      await server.finish();
      expect(readFileSync(server.file('error.log'), 'utf8')).not.toMatch(/:(error|crit|alert)\]/);
    });
  });
});
