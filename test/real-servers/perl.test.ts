import { testEchoProgram } from '../support/echo-program.js';
import { catalogue } from './catalogue.js';

testEchoProgram(catalogue.perl, ['perl'], { code: null, signal: 'SIGTERM' });
