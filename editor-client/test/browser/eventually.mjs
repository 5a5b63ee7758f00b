// Waits until something is as it should be. What a person does in a view works a moment later, and on a busy machine a long moment:
// nothing may be looked at only once after that.
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';

const patience = 30_000;

/**
 * Looks again and again until what it sees is the wanted value: deeply equal to it, or one that it matches or finds right where
 * `wanted` is a pattern or a function. Returns it; fails with the last look's difference when half a minute is over.
 */
export async function eventually(look, wanted, message) {
  for (const end = Date.now() + patience; ; await pause(50)) {
    try {
      const seen = await look();
      check(seen, wanted, message);
      return seen;
    } catch (error) {
      if (Date.now() > end) {
        throw error;
      }
    }
  }
}

function check(seen, wanted, message) {
  if (wanted instanceof RegExp) {
    assert.match(seen, wanted, message);
  } else if (typeof wanted === 'function') {
    assert.ok(wanted(seen), message ?? `${JSON.stringify(seen)?.slice(0, 2000)} isn't what ${wanted} wants`);
  } else {
    assert.deepEqual(seen, wanted, message);
  }
}
