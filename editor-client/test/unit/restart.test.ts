// A crash loop ends after 0, 1, 4 and 10 seconds; a long life starts the count anew.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RestartPolicy } from '../../src/server/restart';

test('four tries, then none', () => {
  const policy = new RestartPolicy(() => 5);
  assert.deepEqual([1, 2, 3, 4, 5, 6].map(() => policy.ended()), [0, 1000, 4000, 10_000, undefined, undefined]);
});

test('a person who restarts gets all tries again', () => {
  const policy = new RestartPolicy(() => 5);
  policy.ended();
  policy.ended();
  policy.reset();
  assert.equal(policy.ended(), 0);
});

test('three minutes of life count as healthy', () => {
  let now = 1;
  const policy = new RestartPolicy(() => now);
  policy.ended();
  policy.ended();
  policy.started();
  now += 179_999;
  assert.equal(policy.ended(), 4000);
  policy.started();
  now += 180_000;
  assert.equal(policy.ended(), 0);
  // It never came up after that: the earlier life doesn't count twice.
  now += 500_000;
  assert.equal(policy.ended(), 1000);
});
