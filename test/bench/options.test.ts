import { expect, test } from 'vitest';
import { parse, program } from './options.js';

test.for([
  { words: [], rounds: 5, seconds: 0.5 },
  { words: ['--short'], rounds: 3, seconds: 0.3 },
  { words: ['--short', '--rounds', '9'], rounds: 9, seconds: 0.3 },
  { words: ['--seconds', '2', '--short'], rounds: 3, seconds: 2 },
])('What is asked for goes before what is short: $words', ({ words, rounds, seconds }) => {
  expect(parse(words)).toMatchObject({ rounds, seconds });
});

test.for([
  ['--rounds', 'abc'],
  ['--rounds', '0'],
  ['--rounds', '1.5'],
  ['--seconds', 'soon'],
  ['--seconds', '0'],
  ['--seconds', 'Infinity'],
])('Is no number, and refused with a sentence: %s %s', ([option = '', value = '']) => {
  const said: string[] = [];
  const command = program().exitOverride();
  command.configureOutput({ writeErr: (text) => said.push(text) });
  expect(() => parse([option, value], command)).toThrow();
  const sentence = `^error: option '${option} <number>' argument '${value}' is invalid. It has to be a`;
  expect(said.join('')).toMatch(new RegExp(sentence));
});
