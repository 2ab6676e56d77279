import { testEchoProgram } from '../support/echo-program.js';
import { catalogue } from './catalogue.js';

testEchoProgram(catalogue.pythonAsyncio, ['/usr/bin/python3'], { code: 0 });
