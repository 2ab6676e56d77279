import { testProgramPerConnection } from '../support/program-per-connection.js';
import { catalogue } from './catalogue.js';

testProgramPerConnection(
  catalogue.socatNofork,
  ['socat'],
  { code: 143 },
  {
    peer: / from .*AF=2 (\S+) /,
    ended: /exiting with status|childdied/,
  },
);
