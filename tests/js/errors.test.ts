import { describe, expect, test } from 'vitest';
import { EvertokenError, invalidOption, RefreshRejected } from '../../js/errors.js';

describe('an EvertokenError', () => {
  test('is an Error with a code, and shows only what it has', () => {
    const error = new EvertokenError('ERR_STOPPED', 'this session was stopped');
    expect(error).toBeInstanceOf(Error);
    expect(String(error)).toBe('EvertokenError: this session was stopped');
    expect(Object.keys(error).sort()).toEqual(['code', 'name']);
    expect('cause' in error).toBe(false);
  });

  test('tells the option, the reason, the next try and the cause', () => {
    const cause = new TypeError('Failed to fetch');
    const error = new EvertokenError('ERR_TOKEN_UNAVAILABLE', 'not now', {
      option: 'tokens',
      reason: 'idle',
      retryAt: 0,
      cause,
    });
    expect(error).toMatchObject({ option: 'tokens', reason: 'idle', retryAt: 0, cause });
  });
});

test('a RefreshRejected is recognised by its name', () => {
  expect(String(new RefreshRejected('signed out elsewhere'))).toBe('RefreshRejected: signed out elsewhere');
});

describe('a value in a message', () => {
  test.each([
    ['short', '"short"'],
    ['', '""'],
    ['https://api.example.com/a/path', '"https://api.example.com/a/path"'],
    ['https://ada:CANARY@api.example.com', '"https://api.example.com"'],
    ['https://api.example.com/?token=CANARY', '"https://api.example.com/"'],
    [`https://api.example.com/${'CANARY'.repeat(10)}`, 'a string of 84 characters'],
    ['eyJhbGciOiJub25lIn0.CANARY.', 'a string of 27 characters'],
    [60_000, '60000'],
    [null, 'null'],
    [undefined, 'undefined'],
    [Symbol('CANARY'), 'a symbol'],
    [Number.NaN, 'NaN'],
    [true, 'true'],
    [{ accessToken: 'CANARY' }, 'an object'],
    [['CANARY'], 'an array'],
    [() => 'CANARY', 'a function'],
  ])('%s', (value, shown) => {
    expect(invalidOption('signal', value, 'an AbortSignal')).toMatchObject({
      code: 'ERR_INVALID_OPTION',
      option: 'signal',
      message: `signal: ${shown} is not an AbortSignal`,
    });
  });
});
