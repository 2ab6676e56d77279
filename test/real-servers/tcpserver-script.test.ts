import { testProgramPerConnection } from '../support/program-per-connection.js';
import { catalogue } from './catalogue.js';

testProgramPerConnection(
  catalogue.tcpserverScript,
  ['tcpserver'],
  { code: 0 },
  {
    peer: /tcpserver: ok \d+ \S* \S*:([^:]+)::(\d+)/,
    ended: /tcpserver: end /,
  },
);
