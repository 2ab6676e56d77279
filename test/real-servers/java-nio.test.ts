import { testEchoProgram } from '../support/echo-program.js';
import { catalogue } from './catalogue.js';

testEchoProgram(catalogue.javaNio, ['java'], { code: 143 });
