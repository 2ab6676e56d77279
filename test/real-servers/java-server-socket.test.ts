import { testEchoProgram } from '../support/echo-program.js';
import { catalogue } from './catalogue.js';

testEchoProgram(catalogue.javaSocket, ['java'], { code: 143 });
