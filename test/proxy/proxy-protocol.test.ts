import { expect, test } from 'vitest';
import { proxyPreface } from '../../src/proxy/proxy-protocol.js';

const four = { address: '192.0.2.1', port: 40_000 };
const fourToo = { address: '198.51.100.7', port: 80 };
const six = { address: '2001:DB8::a:1', port: 40_000 };
const nowhere = { address: '', port: 0 };

test('version 1 of the PROXY protocol is a line of text', () => {
  expect(proxyPreface(1, four, fourToo).toString()).toBe(
    'PROXY TCP4 192.0.2.1 198.51.100.7 40000 80\r\n',
  );
  expect(proxyPreface(1, six, fourToo).toString()).toBe(
    'PROXY TCP6 2001:DB8::a:1 ::ffff:198.51.100.7 40000 80\r\n',
  );
  expect(proxyPreface(1, nowhere, nowhere).toString()).toBe('PROXY UNKNOWN\r\n');
});

const SIGNATURE = '0d0a0d0a000d0a515549540a';

test('version 2 of the PROXY protocol is binary', () => {
  expect(proxyPreface(2, four, fourToo).toString('hex')).toBe(
    `${SIGNATURE}2111000cc0000201c63364079c400050`,
  );
  expect(proxyPreface(2, six, fourToo).toString('hex')).toBe(
    `${SIGNATURE}21210024${'20010db80000000000000000000a0001'}${'00000000000000000000ffffc6336407'}9c400050`,
  );
  expect(proxyPreface(2, nowhere, nowhere).toString('hex')).toBe(`${SIGNATURE}21000000`);
});
