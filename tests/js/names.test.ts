import { describe, expect, test } from 'vitest';
import { readFields } from '../../js/names.js';
import { thrownBy } from './double.js';

const known = ['refreshWindow', 'refreshTimeout', 'refresh', 'name'];
const errorOf = (record: object, within = '') => thrownBy(() => readFields(record, within, known));

describe('a name that is near a known one', () => {
  test.each([
    ['refreshWindw', 'refreshWindow'],
    ['refreshwindow', 'refreshWindow'],
    ['refeshTimout', 'refreshTimeout'],
    ['reefresh', 'refresh'],
    ['frefresh', 'refresh'],
    ['refre', 'refresh'],
    ['nmae', 'name'],
    ['', ''],
    ['xxxe', 'name'],
    ['am', 'name'],
  ])('%s', (name, nearest) => {
    const hint = nearest ? `did you mean "${nearest}"?` : 'known are refreshWindow, refreshTimeout, refresh, name';
    expect(errorOf({ name: 1, [name]: 'CANARY' })).toMatchObject({
      name: 'EvertokenError',
      code: 'ERR_UNKNOWN_OPTION',
      message: `${name && `${name}: `}"${name}" is not an option; ${hint}`,
    });
  });
});

test('a name that is near none is told all', () => {
  expect(errorOf({ idleTime: 1 }, 'refresh.')).toMatchObject({
    option: 'refresh.idleTime',
    message: 'refresh.idleTime: "idleTime" is not an option; known are refreshWindow, refreshTimeout, refresh, name',
  });
});

test('a long name may be a secret and is not shown', () => {
  const secret = `CANARY${'x'.repeat(19)}`;
  const hint = 'a name of 25 characters is not an option; known are refreshWindow, refreshTimeout, refresh, name';
  expect(errorOf({ [secret]: 1 })).toMatchObject({ message: hint });
  expect(errorOf({ [secret]: 1 }, 'refresh.')).toMatchObject({ message: `refresh: ${hint}`, option: 'refresh' });
});

test('fields are own ones, read once', () => {
  let reads = 0;
  const record = Object.create({ name: 'inherited', unknown: 1 });
  Object.defineProperty(record, 'refresh', { enumerable: true, get: () => ++reads });
  const fields = readFields(record, '', known);
  expect([fields.refresh, fields.refresh, fields.name, fields.toString]).toEqual([1, 1, undefined, undefined]);
});
