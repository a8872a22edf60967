import { expect, test } from 'vitest';
import { span } from '../../examples/demo/page/format.js';

test.each([
  [0, '0.0 s'],
  [8.44, '8.4 s'],
  [9.96, '10 s'],
  [99, '99 s'],
  [100, '1:40'],
  [271, '4:31'],
  [3599.6, '1:00:00'],
  [7142, '1:59:02'],
  [29 * 86_400, '29 days'],
  [-120, '−2:00'],
])('%f seconds are shown as %s', (seconds, text) => {
  expect(span(seconds)).toBe(text);
});
